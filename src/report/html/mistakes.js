// Pictures that the network got wrong, the surest first.
const kPageOfMistakes = 24;

function mistakesView(evaluation) {
  const all = evaluation.mistakes;
  const total = Math.max(evaluation.mistakes_total ?? 0, all?.length ?? 0);
  if (!all?.length) return null;
  const classes = (side) =>
      [...new Set(all.map((one) => one[side]))].sort((a, b) => a - b).map((i) => [i, className(i)]);
  return pictureCards({
    all,
    listed: total > all.length ? `the ${count(all.length)} surest of ${plural(total, "mistake")}` :
                                 plural(total, "mistake"),
    choices: ["truth", "predicted"].map(
        (side) => ({name: side, options: classes(side), of: (one) => one[side]})),
    sureness: (one) => one.probability ?? 0,
    card: mistakeCard
  });
}

// Cards with filters: choices are [{name, options: [[value, text], ...], of(one)}]; `listed` says how many
// there are.
function pictureCards({all, listed, choices, sureness, card}) {
  const wanted = choices.map(() => "");
  let sign = -1;
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
        (one) => choices.every(({of}, k) => wanted[k] === "" || String(of(one)) === wanted[k]));
    some.sort((a, b) => sign * (sureness(a) - sureness(b)));
    line.textContent = some.length === all.length ? listed : `${count(some.length)} of ${listed}`;
    gallery.replaceChildren(...some.slice(0, shown).map(card));
    more.hidden = some.length <= shown;
  };
  const again = (change) => (value) => {
    change(value);
    shown = kPageOfMistakes;
    put();
  };
  put();
  return [
    el("div", {class: "controls"},
       choices.map(
           ({name, options}, k) => choice(
               name, [["", "all"], ...options], again((value) => {
                 wanted[k] = value;
               }))),
       choice(
           "order", [["sure", "surest first"], ["unsure", "least sure first"], ["listed", "as listed"]],
           again((value) => {
             sign = {sure: -1, unsure: 1, listed: 0}[value];
           })),
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
