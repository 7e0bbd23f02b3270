// Labels that a picture was given wrongly, or lacks wrongly, the surest first.
const kLabelKinds = {
  given: "given wrongly",
  missed: "missed"
};

function labelMistakesView(evaluation) {
  const all = evaluation.label_mistakes;
  const total = Math.max(evaluation.label_mistakes_total ?? 0, all?.length ?? 0);
  if (!all?.length) return null;
  const labels = [...new Set(all.map((one) => one.label))].sort((a, b) => a - b);
  const listed = total > all.length ?
      `${count(all.length)} of ${plural(total, "mistake")}, the surest of each label` :
      plural(total, "mistake");
  return pictureCards({
    all,
    listed,
    choices: [
      {name: "label", options: labels.map((k) => [k, className(k)]), of: (one) => one.label},
      {name: "kind", options: Object.entries(kLabelKinds), of: kindOf},
    ],
    sureness: (one) => (one.missing ? 1 - one.probability : one.probability),
    card: labelMistakeCard
  });
}

function kindOf(one) {
  return one.missing ? "missed" : "given";
}

function labelMistakeCard(one) {
  const name = className(one.label);
  const title = `${name}, ${kLabelKinds[kindOf(one)]}`;
  const list = (labels) => (labels?.length ? labels.map(className).join(", ") : "no label");
  const open = () => showPictures(title, [{
                                    id: one.picture,
                                    lines: [
                                      `${name}: ${percent(one.probability)}`, `truth: ${list(one.truth)}`,
                                      `predicted: ${list(one.predicted)}`, one.path
                                    ]
                                  }]);
  return el(
      "button", {class: "card", onclick: open}, picture(one.picture, title),
      el("span", {class: "caption"},
         el("span", {}, el("i", {}, `${kLabelKinds[kindOf(one)]} `), el("b", {}, name),
            ` ${percent(one.probability)}`),
         el("span", {}, el("i", {}, "truth "), list(one.truth))));
}
