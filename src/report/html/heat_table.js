// The heat map of few classes: a table with numbers.
function heatTable({rows, columns, share, text, has, diverging, corner, label}) {
  const upright = columns.length > 6 || columns.some((name) => name.length > 9);
  const cells = rows.map(
      (_, r) => columns.map(
          (_, c) =>
              el("td", {
                class: has?.(r, c) ? "has-pictures" : null,
                "data-cell": `${r},${c}`,
                style: {"--tint": tint(share(r, c), diverging).color}
              },
                 text(r, c))));
  const box =
      el("div", {class: "scroller heat"},
         el("table", {class: upright ? "upright" : null, "aria-label": label},
            el("thead", {},
               el("tr", {}, el("th", {class: "corner"}, corner),
                  columns.map((name) => el("th", {scope: "col", title: name}, el("span", {}, name))))),
            el("tbody", {},
               rows.map(
                   (name, r) => el(
                       "tr", {}, el("th", {scope: "row", title: name}, el("span", {}, name)), cells[r])))));
  let marked = null;
  return {
    box,
    at: (event) => event.target.closest?.("[data-cell]")?.dataset.cell.split(",").map(Number),
    mark: (r, c, scroll) => {
      marked?.classList.remove("current");
      marked = cells[r]?.[c] ?? null;
      marked?.classList.add("current");
      if (scroll) marked?.scrollIntoView({block: "nearest", inline: "nearest"});
    },
  };
}
