// Pictures that the network got wrong, the surest first.
const kPageOfMistakes = 24;

function mistakesView(evaluation) {
  const all = evaluation.mistakes;
  const total = Math.max(evaluation.mistakes_total ?? 0, all?.length ?? 0);
  if (!all?.length) return null;
  const wanted = {truth: "", predicted: "", order: "sure"};
  let shown = kPageOfMistakes;
  const line = readout("");
  const gallery = el("div", {class: "gallery"});
  const more =
      el("button", {
        class: "plain",
        onclick: () => {
          shown += kPageOfMistakes;
          put();
        }
      },
         "Show more");
  const put = () => {
    const some = all.filter(
        (one) => ["truth", "predicted"].every(
            (side) => wanted[side] === "" || one[side] === Number(wanted[side])));
    const sign = {sure: -1, unsure: 1, listed: 0}[wanted.order];
    some.sort((a, b) => sign * ((a.probability ?? 0) - (b.probability ?? 0)));
    const listed = total > all.length ? `the ${count(all.length)} surest of ${plural(total, "mistake")}` :
                                        plural(total, "mistake");
    line.textContent = some.length === all.length ? listed : `${count(some.length)} of ${listed}`;
    gallery.replaceChildren(...some.slice(0, shown).map(mistakeCard));
    more.hidden = some.length <= shown;
  };
  const pick = (side) => (value) => {
    wanted[side] = value;
    shown = kPageOfMistakes;
    put();
  };
  const classes = (side) => [
      ["", "all"],
      ...[...new Set(all.map((one) => one[side]))].sort((a, b) => a - b).map((i) => [i, className(i)])];
  put();
  return [
    el("div", {class: "controls"}, choice("truth", classes("truth"), pick("truth")),
       choice("predicted", classes("predicted"), pick("predicted")),
       choice(
           "order", [["sure", "surest first"], ["unsure", "least sure first"], ["listed", "as listed"]],
           pick("order")),
       line),
    gallery, more
  ];
}

function mistakeCard(one) {
  const [truth, predicted] = [className(one.truth), className(one.predicted)];
  const open = () => showPictures(
      `${truth}, taken for ${predicted}`, [{
        id: one.picture,
        lines: [
          `predicted ${predicted}: ${percent(one.probability)}`,
          known(one.truth_probability) ? `truth ${truth}: ${percent(one.truth_probability)}` : null, one.path
        ]
      }]);
  return el(
      "button", {class: "card", onclick: open}, picture(one.picture, `${truth}, taken for ${predicted}`),
      el("span", {class: "caption"},
         el("span", {}, el("i", {}, "predicted "), el("b", {}, predicted), ` ${percent(one.probability)}`),
         el("span", {}, el("i", {}, "truth "), truth)));
}
