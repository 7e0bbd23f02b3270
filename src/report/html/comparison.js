// Runs side by side: one table with the best of each row marked, paired tests, curves, two confusion matrices
// and their difference.
const kLowerIsBetter = /loss|error|\bece\b|brier|nll|likelihood|distance|parameters|seconds/i;
const kMostShifts = 8;

function comparisonView({runs, tests, curves, per_class: classes, confusion_difference: difference}) {
  return [
    ...(guarded("Runs", () => runs?.length && runsTable(runs)) ?? []),
    part("Do they differ?", () => tests?.length && testsList(tests)),
    part("Per label", () => classes?.rows?.length && classTable("Labels of the runs", classes.columns, classes.rows)),
    part("Curves", () => curvesView(curves)),
    part("Difference of the confusion matrices", () => difference && differenceView(difference)),
  ];
}

function testsList(tests) {
  const numbers = ({test, statistic, p}) => [test, known(statistic) ? `statistic ${number(statistic)}` : null,
                                             known(p) ? `p ${pValue(p)}` : null]
                                                .filter(Boolean)
                                                .join(", ");
  return el(
      "ul", {class: "tests"},
      tests.map(
          (one) =>
              el("li", {}, one.text ?? `${one.a} and ${one.b}`,
                 el("span", {class: "quiet"}, ` ${numbers(one)}`))));
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

// of: rows of shares of the true class; null where a row has no samples.
function runMatrix(run, classes, of) {
  const share = (r, c) => of[r]?.[c];
  return el("section", {}, el("h4", {}, run), heatMap({
              rows: classes.slice(0, of.length),
              columns: classes,
              corner: "truth \\ predicted",
              label: `Confusion matrix of ${run}`,
              scaleName: "% of the true class",
              hint: "Point at a cell for its share.",
              share,
              say: (r, c) => known(share(r, c)) ?
                  `Truth ${classes[r]}, predicted ${classes[c]}: ${percent(share(r, c))}.` :
                  `No sample is ${classes[r]}.`,
              text: (r, c) => (share(r, c) > 0 ? cellPercent(share(r, c)) : ""),
            }));
}

function differenceView({a, b, classes, shares, of_a, of_b}) {
  const value = (r, c) => shares[r]?.[c];
  const cells = shares.flatMap((_, r) => classes.map((_, c) => ({r, c, size: Math.abs(value(r, c))})))
                    .filter(({size}) => size > 0)
                    .sort((one, other) => other.size - one.size);
  const most = Math.max(0.01, cells[0]?.size ?? 0);
  const points = (value, decimals = 1) => {
    const text = (100 * Math.abs(value)).toFixed(decimals);
    return Number(text) === 0 ? text : `${value > 0 ? "+" : "−"}${text}`;
  };
  const say = (r, c) => `Truth ${classes[r]}, predicted ${classes[c]}: ${
      known(value(r, c)) ? `${points(value(r, c))} percentage points` : "no samples"}.`;
  const matrices =
      [[a, of_a], [b, of_b]].filter(([, of]) => of?.length).map(([run, of]) => runMatrix(run, classes, of));
  const above = matrices.length ? [el("div", {class: "beside"}, matrices), el("h4", {}, `${a} − ${b}`)] : [];
  return [
    ...above, heatMap({
      rows: classes.slice(0, shares.length),
      columns: classes,
      corner: "truth \\ predicted",
      diverging: true,
      most,
      label: `Difference ${a} − ${b}`,
      scaleName: "percentage points",
      say,
      hint: `${a} minus ${b}, as shares of the true class.`,
      share: (r, c) => (known(value(r, c)) ? value(r, c) / most : null),
      text: (r, c) => (Math.abs(value(r, c)) >= 0.005 ? points(value(r, c), 0) : ""),
    }),
    cells.length ?
        el("section", {class: "confusions"}, el("h4", {}, "Largest shifts"),
           el("ol", {},
              cells.slice(0, kMostShifts).map(({r, c}) => el("li", {}, say(r, c).replace(/^Truth /, ""))))) :
        null
  ];
}
