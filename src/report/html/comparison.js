// Runs side by side: one table with the best of each row marked, curves, paired tests, differences of two
// confusion matrices.
const kLowerIsBetter = /loss|error|\bece\b|brier|nll|likelihood|distance|parameters|seconds/i;
const kMostShifts = 8;

function comparisonView(comparison) {
  const {runs, tests, curves} = comparison;
  return [
    runs?.length ? runsTable(runs) : null,
    tests?.length ?
        el("section", {}, el("h3", {}, "Do they differ?"),
           el("ul", {class: "tests"},
              tests.map(
                  (one) =>
                      el("li", {}, one.text ?? `${one.a} and ${one.b}`,
                         el("span", {class: "quiet"},
                            ` ${
                                    [one.test,
                                     known(one.statistic) ? `statistic ${number(one.statistic)}` : null,
                                     known(one.p) ? `p ${pValue(one.p)}` : null]
                                        .filter(Boolean)
                                        .join(", ")}`))))) :
                                                    null,
    curves?.panels?.length ? el("section", {}, el("h3", {}, "Curves"), curvesView(curves)) : null,
    comparison.confusion_difference ? el("section", {}, el("h3", {}, "Difference of the confusion matrices"),
                                         differenceView(comparison.confusion_difference)) :
                                      null
  ];
}

function pValue(p) {
  return p < 0.001 ? "< 0.001" : `= ${p.toFixed(3)}`;
}

function runsTable(runs) {
  const names = [...new Set(runs.flatMap((run) => (run.metrics ?? []).map(([name]) => name)))];
  const rows = names.map((name) => {
    const values = runs.map((run) => run.metrics?.find(([other]) => other === name)?.[1]);
    return {name, show: sideBySide(values), values};
  });
  rows.push(
      {name: "parameters", show: count, values: runs.map((run) => run.parameters)},
      {name: "seconds", label: "time", show: seconds, values: runs.map((run) => run.seconds)});
  return scroller(
      "Runs",
      el("table", {class: "runs"},
         el("thead", {},
            el("tr", {}, el("th", {scope: "col"}, "run"),
               runs.map((run) => el("th", {scope: "col"}, run.name)))),
         el("tbody", {}, rows.filter((row) => row.values.some(known)).map(({name, label, show, values}) => {
           const some = values.filter(known);
           const best = kLowerIsBetter.test(name) ? Math.min(...some) : Math.max(...some);
           const marked = (value) =>
               value === best && some.length > 1 && some.some((other) => other !== best);
           return el(
               "tr", {}, el("th", {scope: "row"}, label ?? name),
               values.map(
                   (value) =>
                       el("td", {class: marked(value) ? "winner" : null}, show(value),
                          marked(value) ? el("span", {class: "unseen"}, " (best)") : null)));
         }))));
}

function differenceView({a, b, classes, shares}) {
  const most = Math.max(0.01, ...shares.flat().filter(known).map(Math.abs));
  const points = (value, decimals = 1) => {
    const text = (100 * Math.abs(value)).toFixed(decimals);
    return Number(text) === 0 ? text : `${value > 0 ? "+" : "−"}${text}`;
  };
  const say = (r, c) => `Truth ${classes[r]}, predicted ${classes[c]}: ${
      known(shares[r][c]) ? `${points(shares[r][c])} percentage points` : "no samples"}.`;
  const shifts = shares.flatMap((row, r) => row.map((value, c) => ({r, c, value})))
                     .filter(({value}) => known(value) && value !== 0)
                     .sort((one, other) => Math.abs(other.value) - Math.abs(one.value))
                     .slice(0, kMostShifts);
  return [
    heatMap({
      rows: classes.slice(0, shares.length),
      columns: classes.slice(0, shares[0].length),
      corner: "truth \\ predicted",
      diverging: true,
      most,
      label: `Difference ${a} − ${b}`,
      scaleName: "percentage points",
      say,
      hint: `${a} minus ${b}, as shares of the true class.`,
      share: (r, c) => (known(shares[r][c]) ? shares[r][c] / most : null),
      text: (r, c) => (known(shares[r][c]) && Math.abs(shares[r][c]) >= 0.005 ? points(shares[r][c], 0) : ""),
    }),
    el("section", {class: "confusions"}, el("h4", {}, "Largest shifts"),
       el("ol", {}, shifts.map(({r, c}) => el("li", {}, say(r, c).replace(/^Truth /, "")))))
  ];
}
