// Training curves: one small chart for each panel, one crosshair for all.
function curvesView(curves) {
  const together = [];
  const charts = (curves?.panels ?? [])
                     .map((panel) => lineChart(panel, curves.epochs ?? [], curves.best, together))
                     .filter(Boolean);
  if (!charts.length) return null;
  return [
    curves.statement ? el("p", {class: "statement"}, curves.statement) : null,
    el("div", {class: "panels"}, charts)
  ];
}
