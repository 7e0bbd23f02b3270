// A table whose columns sort. columns: [{name, text}] (text: sorts as words); rows: [[{value, node}, ...],
// ...]. What is missing stays at the end either way.
function sortableTable(label, columns, rows) {
  const body = el("tbody");
  const lines = rows.map(
      (cells) => ({
        cells,
        line: el(
            "tr", {}, cells.map(({node}, k) => k === 0 ? el("th", {scope: "row"}, node) : el("td", {}, node)))
      }));
  const put = () => body.replaceChildren(...lines.map(({line}) => line));
  const heads = columns.map(
      ({name, text}, k) =>
          el("th", {scope: "col", "aria-sort": "none"},
             el("button", {class: "sort", onclick: () => sort(k, text)}, name)));
  const sort = (k, text) => {
    const was = heads[k].getAttribute("aria-sort");
    const up = was === "none" ? Boolean(text) : was === "descending";
    heads.forEach((head) => head.setAttribute("aria-sort", "none"));
    heads[k].setAttribute("aria-sort", up ? "ascending" : "descending");
    const missing = (value) => value === null || value === undefined;
    lines.sort(({cells: one}, {cells: other}) => {
      const [a, b] = [one[k].value, other[k].value];
      if (missing(a) || missing(b)) return missing(a) - missing(b);
      const order = typeof a === "string" ? a.localeCompare(b, undefined, {numeric: true}) : a - b;
      return up ? order : -order;
    });
    put();
  };
  put();
  return {
    element: scroller(label, el("table", {class: "sortable"}, el("thead", {}, el("tr", {}, heads)), body)),
    filter: (keeps) => lines.forEach(({cells, line}) => {
      line.hidden = !keeps(String(cells[0].value));
    }),
  };
}
