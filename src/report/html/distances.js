// Distances in feature space to the centroids of the true and of the predicted class, for each run.
function distancesView({runs, rows, note}) {
  if (!rows?.length) return null;
  const write = sideBySide(rows.flatMap((row) => [...(row.to_truth ?? []), ...(row.to_predicted ?? [])]));
  const quiet = (text) => el("span", {class: "quiet"}, text);
  const cell = (value, other, name) => {
    if (!known(value)) return el("td", {}, quiet("NA"));
    const nearer = known(other) && value < other;
    return el("td", {class: nearer ? "nearer" : null}, write(value), name ? [" ", quiet(name)] : null);
  };
  const thumb = (row) => {
    if (!hasPicture(row.picture)) return null;
    const title = `${className(row.truth)}, taken for ${className(row.predicted)}`;
    const items = [{id: row.picture, lines: [data.pictures[row.picture].title]}];
    return el("button", {class: "thumb", onclick: () => showPictures(title, items)}, picture(row.picture, title));
  };
  const line = (row) => el("tr", {},
    el("td", {}, thumb(row)), el("td", {}, className(row.truth)), el("td", {}, className(row.predicted)),
    runs.flatMap((_, k) => {
      const [truth, predicted] = [row.to_truth?.[k], row.to_predicted?.[k]];
      const taken = row.run_predicted?.[k];
      return [cell(truth, predicted), cell(predicted, truth, known(taken) ? className(taken) : null)];
    }));
  const heads = ["picture", "truth", "predicted", ...runs.flatMap(() => ["to truth", "to predicted"])];
  const table = el("table", {class: "distances"},
    el("thead", {},
      el("tr", {}, el("td", {colspan: 3}), runs.map((run) => el("th", {colspan: 2, scope: "colgroup"}, run))),
      el("tr", {}, heads.map((name) => el("th", {scope: "col"}, name)))),
    el("tbody", {}, rows.map(line)));
  return [
    note ? el("p", {class: "statement"}, note) : null,
    scroller("Distances to centroids", table),
    el("p", {class: "quiet"}, "The nearer of the two centroids is bold."),
  ];
}
