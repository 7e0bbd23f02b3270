// Distances in feature space to the centroids of the true and of the predicted class, for each run.
function distancesView({runs, rows, note}) {
  if (!rows?.length) return null;
  const write = sideBySide(rows.flatMap((row) => [...(row.to_truth ?? []), ...(row.to_predicted ?? [])]));
  const shown = (value, other) => el("td", {class: known(value) && known(other) && value < other ? "nearer" : null},
    known(value) ? write(value) : el("span", {class: "quiet"}, "NA"));
  return [note ? el("p", {class: "statement"}, note) : null, scroller("Distances to centroids", el("table", {class: "distances"},
    el("thead", {},
      el("tr", {}, el("th", {colspan: 3, scope: "colgroup"}), runs.map((run) => el("th", {colspan: 2, scope: "colgroup"}, run))),
      el("tr", {}, ["picture", "truth", "predicted"].map((name) => el("th", {scope: "col"}, name)),
        runs.flatMap(() => ["to truth", "to predicted"].map((name) => el("th", {scope: "col"}, name))))),
    el("tbody", {}, rows.map((row) => el("tr", {}, el("td", {}, hasPicture(row.picture) ? el("button", {class: "thumb", onclick: () => showPictures(
      `${className(row.truth)}, taken for ${className(row.predicted)}`, [{id: row.picture, lines: [data.pictures[row.picture].title]}])},
    picture(row.picture, `${className(row.truth)}, taken for ${className(row.predicted)}`)) : null),
    el("td", {}, className(row.truth)), el("td", {}, className(row.predicted)),
    runs.flatMap((_, k) => [shown(row.to_truth?.[k], row.to_predicted?.[k]), shown(row.to_predicted?.[k], row.to_truth?.[k])])))))),
  el("p", {class: "quiet"}, "The nearer of the two centroids is bold.")];
}
