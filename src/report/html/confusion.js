// Confusion matrix: rows are the truth; each row adds up to 100 %.
const kMostConfusions = 8;

function confusionView(evaluation) {
  const {counts, classes, pictures} = evaluation.confusion;
  if (!counts?.length) return null;
  const names = classes ?? counts[0].map((_, i) => className(i));
  const sums = counts.map((row) => row.reduce((sum, value) => sum + value, 0));
  const share = (r, c) => (sums[r] > 0 ? counts[r][c] / sums[r] : null);
  const has = (r, c) => (pictures?.[`${r},${c}`] ?? []).some(hasPicture);
  const say = (r, c) => sums[r] > 0 ? `Truth ${names[r]}, predicted ${names[c]}: ${count(counts[r][c])} of ${
                                          count(sums[r])} (${percent(share(r, c))}).` :
                                      `No sample is ${names[r]}.`;
  const open = (r, c) => {
    const ids = pictures[`${r},${c}`].filter(hasPicture);
    const some = ids.length < counts[r][c] && data.task !== "segment" ?
        `${count(ids.length)} of ${count(counts[r][c])}` :
        count(ids.length);
    showPictures(
        `Truth ${names[r]}, predicted ${names[c]}: ${some}`,
        ids.map((id) => ({id, lines: [data.pictures[id].title]})));
  };
  return [
    heatMap({
      rows: names.slice(0, counts.length),
      columns: names.slice(0, counts[0].length),
      corner: "truth \\ predicted",
      label: `Confusion matrix of ${evaluation.split}`,
      share,
      say,
      open,
      has,
      scaleName: "% of the true class",
      hint: "Rows are the truth, columns the prediction. Point at a cell for its count.",
      text: (r, c) => (counts[r][c] > 0 ? cellPercent(share(r, c)) : ""),
    }),
    confusionsList(counts, names, say, has, open),
  ];
}

function cellPercent(share) {
  const text = (100 * share).toFixed(0);
  return text === "0" ? "<1" : text === "100" && share < 1 ? ">99" : text;
}

function confusionsList(counts, names, say, has, open) {
  const pairs = counts.flatMap((row, r) => row.map((value, c) => ({r, c, value})))
                    .filter(({r, c, value}) => r !== c && value > 0);
  pairs.sort((a, b) => b.value - a.value);
  if (!pairs.length || counts.length < 3) return null;
  return el(
      "section", {class: "confusions"}, el("h4", {}, "Most frequent confusions"),
      el("ol", {}, pairs.slice(0, kMostConfusions).map(({r, c}) => {
        const text = say(r, c).replace(/^Truth (.*), predicted/s, "$1 taken for").replace(/\.$/, "");
        return el(
            "li", {}, has(r, c) ? el("button", {class: "link", onclick: () => open(r, c)}, text) : text);
      })));
}
