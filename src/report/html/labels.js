// Pictures with several labels: which labels come together, and thresholds of their own.
function coOccurrenceView({truth, predicted}, split) {
  if (!truth?.length) return null;
  const names = truth.map((_, k) => className(k));
  const map = (title, counts, verb, label) => {
    const share = (r, c) => (truth[r][r] > 0 ? counts[r][c] / truth[r][r] : null);
    return el("section", {}, el("h4", {}, title), heatMap({
                rows: names,
                columns: names,
                corner: `true \\ ${verb}`,
                label: `${label} of ${split}`,
                scaleName: "% of the pictures with the true label",
                hint: "Point at a cell for its count.",
                share,
                say: (r, c) => truth[r][r] > 0 ?
                    `${names[r]} is true, ${names[c]} ${verb}: ${count(counts[r][c])} of ${count(truth[r][r])} (${
                        percent(share(r, c))}).` :
                    `No picture has ${names[r]}.`,
                text: (r, c) => (counts[r][c] > 0 ? cellPercent(share(r, c)) : ""),
              }));
  };
  return [
    el("p", {class: "statement"},
       "Of the pictures that have the label of a row, how many are given, and have, that of a column. A cell that is darker in the first table than in the second: the label is given beside the other one more often than it is there."),
    el("div", {class: "beside"}, map("Predicted", predicted, "predicted", "Labels predicted where one is true"),
       map("True", truth, "true as well", "Labels that are true together"))
  ];
}

function thresholdsView({text, columns, rows}, split) {
  if (!rows?.length) return null;
  return [el("p", {class: "statement"}, text), ...classTable(`Thresholds, ${split}`, columns, rows)];
}
