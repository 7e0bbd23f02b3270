// One row for each class: shares with their intervals, counts as counts.
const kFilterFrom = 20;

function perClassView(evaluation) {
  const {columns, rows} = evaluation.per_class;
  if (!rows?.length) return null;
  return [extremes(columns, rows), classTable(`Per class, ${evaluation.split}`, columns, rows)].flat();
}

function sharesIn(columns, rows) {
  return columns.map((name, k) => {
    const values = rows.map((row) => row.values[k]).filter(known);
    return values.every((value) => value >= 0 && value <= 1) &&
        !/^(support|samples|pixels|count)/i.test(name);
  });
}

// The table, below a field to search in where classes are many.
function classTable(label, columns, rows) {
  const isShare = sharesIn(columns, rows);
  const cell = (row, k) => {
    const [value, low, high] = [row.values[k], row.low?.[k], row.high?.[k]];
    if (!known(value)) return {value: null, node: el("span", {class: "quiet"}, "n/a")};
    if (!isShare[k]) return {value, node: number(value)};
    const interval = known(low) && known(high) ? `${low.toFixed(3)} to ${high.toFixed(3)}` : null;
    return {
      value,
      node:
          el("span", {class: "measured", title: interval}, value.toFixed(3), meter(value, low, high),
             interval ? el("span", {class: "unseen"}, `(${interval})`) : null)
    };
  };
  const table = sortableTable(
      label, [{name: "class", text: true}, ...columns.map((name) => ({name}))],
      rows.map(
          (row) =>
              [{value: className(row.class), node: classLabel(row.class)},
               ...columns.map((_, k) => cell(row, k))]));
  const search =
      rows.length < kFilterFrom ? null : el("label", {class: "choice"}, el("span", {}, "class"), el("input", {
                                              type: "search",
                                              placeholder: `one of ${rows.length}`,
                                              oninput: (event) => {
                                                const wanted = event.target.value.toLowerCase();
                                                table.filter((name) => name.toLowerCase().includes(wanted));
                                              }
                                            }));
  return [search, table.element];
}

function extremes(columns, rows) {
  const lower = columns.map((name) => name.toLowerCase());
  const k = ["iou", "f1", "ap", "recall"].map((name) => lower.indexOf(name)).find((i) => i >= 0) ??
      sharesIn(columns, rows).indexOf(true);
  // Of a class without samples a 0 says nothing.
  const support = lower.findIndex((name) => /^(support|samples|pixels|count)/.test(name));
  const some = rows.filter((row) => known(row.values[k]) && row.values[support] !== 0)
                   .sort((a, b) => b.values[k] - a.values[k]);
  if (k < 0 || some.length < 2) return null;
  if (some[0].values[k] === some.at(-1).values[k]) {
    return el(
        "p", {class: "statement"},
        `${columns[k]} is ${some[0].values[k].toFixed(3)} for each of ${count(some.length)} classes.`);
  }
  const told = (row) => [el("b", {}, className(row.class)), ` (${row.values[k].toFixed(3)})`];
  return el(
      "p", {class: "statement"}, `${columns[k]} is highest for `, ...told(some[0]), " and lowest for ",
      ...told(some.at(-1)), ".");
}
