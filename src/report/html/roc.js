// Curves of classes or labels by their probabilities; the chosen ones are coloured.
const kMostOwnColors = 8;

function rocView(curves, ofLabels) {
  return classCurves({
    curves,
    area: (curve) => curve.auc,
    title: ofLabels ? "ROC of each label" : "ROC, one class against all others",
    told: "Area under the curve, lowest first.",
    xName: "false positive rate",
    yName: "true positive rate",
    diagonal: true
  });
}

function precisionRecallView(curves) {
  return classCurves({
    curves,
    area: (curve) => curve.ap,
    title: "Precision and recall",
    told: "Average precision, lowest first.",
    xName: "recall",
    yName: "precision"
  });
}

function classCurves({curves, area, title, told, xName, yName, diagonal}) {
  const some =
      (curves ?? []).filter((curve) => curve.points?.length).sort((a, b) => (area(a) ?? 2) - (area(b) ?? 2));
  if (!some.length) return null;
  const chosen = new Set(some.length <= kMostOwnColors ? some : some.slice(0, 1));
  const color = (curve) => (
      some.length <= kMostOwnColors ? lineColor(some.indexOf(curve)) : lineColor([...chosen].indexOf(curve)));
  const box = el("div", {class: "chart"});
  const buttons = some.map(
      (curve) =>
          el("button", {
            class: "key",
            onclick: () => {
              if (!chosen.delete(curve)) chosen.add(curve);
              recolor();
            }
          },
             el("span", {class: "swatch"}), el("span", {}, className(curve.class)),
             el("b", {}, known(area(curve)) ? area(curve).toFixed(3) : "n/a")));
  let paths = [];
  const recolor = () => some.forEach((curve, k) => {
    const on = chosen.has(curve);
    const shown = on ? color(curve) : "var(--faint)";
    buttons[k].setAttribute("aria-pressed", on);
    buttons[k].firstChild.style.background = shown;
    if (!paths[k]) return;
    paths[k].style.stroke = shown;
    if (on) paths[k].parentNode.append(paths[k]);
  });
  const unit = {low: 0, high: 1, decimals: 1, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1]};
  onWidth(box, (width) => {
    const plot =
        axes({width, height: Math.min(width, 340), xs: unit, ys: unit, xName, yName, label: title});
    if (diagonal) {
      plot.picture.append(
          svg("line", {class: "diagonal", x1: plot.x(0), y1: plot.y(0), x2: plot.x(1), y2: plot.y(1)}));
    }
    paths = some.map(
        (curve) =>
            svg("path", {class: "curve", d: pathOf(curve.points.map(([x, y]) => [plot.x(x), plot.y(y)]))}));
    plot.picture.append(svg("g", {}, paths));
    box.replaceChildren(plot.picture);
    recolor();
  });
  recolor();
  return el(
      "figure", {class: "panel"}, el("figcaption", {}, title), el("p", {class: "statement"}, told), box,
      el("div", {class: "keys", role: "group", "aria-label": `Lines of: ${title}`}, buttons));
}
