// Points of pictures with several labels, coloured by their number, or by one label and what was said of it.
const kMostCounted = 4;  // labels of a picture; more of them are one group

function ofLabelSets({label_sets: truth, predicted_sets: predicted}) {
  const names = (labels) => (labels.length ? labels.map(className).join(", ") : "no label");
  const wrong = (i) => predicted && String(predicted[i]) !== String(truth[i]);
  return {
    colorings: [byCount(truth), ...labelsIn(truth, predicted).map((k) => byLabel(k, truth, predicted))],
    checked: predicted,
    wrong,
    says: (i) => `${names(truth[i])}${
        predicted ? (wrong(i) ? `, predicted ${names(predicted[i])}` : ", predicted right") : ""}`
  };
}

function labelsIn(...lists) {
  return [...new Set(lists.flatMap((sets) => (sets ?? []).flat()))].sort((a, b) => a - b);
}

function byCount(truth) {
  const of = (i) => Math.min(kMostCounted, truth[i].length);
  const counts = [...new Set(truth.map((_, i) => of(i)))].sort((a, b) => a - b);
  return {
    title: "number of labels",
    of,
    groups: counts.map((n) => ({
                         id: n,
                         name: n === kMostCounted ? `${n} or more` : n === 0 ? "no label" : plural(n, "label"),
                         color: lineColor(n),
                         mark: n
                       }))
  };
}

function byLabel(label, truth, predicted) {
  const has = (sets, i) => Boolean(sets?.[i].includes(label));
  const groups = [
    {id: "found", name: predicted ? "found" : "has it", color: lineColor(2), mark: 0},
    {id: "missed", name: "missed", color: lineColor(1), mark: kLineColors},
    {id: "given", name: "given wrongly", color: lineColor(3), mark: 2 * kLineColors},
    {id: "without", name: "without it", color: "var(--faint)", mark: 0},
  ];
  return {
    title: className(label),
    of: (i) => has(truth, i) ? (!predicted || has(predicted, i) ? "found" : "missed") :
        has(predicted, i)    ? "given" :
                               "without",
    groups: predicted ? groups : [groups[0], groups[3]]
  };
}
