// How many samples (or pixels) of each class the splits hold. Each split has a scale of its own, so that
// shapes compare.
function classCountsView(classes) {
  const splits = [...new Set((classes ?? []).flatMap((one) => Object.keys(one.counts ?? {})))];
  if (!splits.length) return null;
  const most = splits.map((split) => Math.max(1, ...classes.map((one) => one.counts?.[split] ?? 0)));
  const total = splits.map((split) => classes.reduce((sum, one) => sum + (one.counts?.[split] ?? 0), 0));
  const bar = (one, k) => {
    const size = one.counts?.[splits[k]];
    const share = known(size) && total[k] > 0 ? size / total[k] : null;
    return el(
        "td", {
          class: "count-bar",
          title: known(share) ? `${count(size)}, ${percent(share)} of ${splits[k]}` : null
        },
        el("span", {class: "bar-track"}, el("i", {style: {width: `${100 * (size ?? 0) / most[k]}%`}})),
        el("span", {}, compact(size)));
  };
  return scroller(
      "Counts of the classes",
      el("table", {class: "counts"},
         el("thead", {},
            el("tr", {}, el("th", {scope: "col"}, "class"),
               splits.map(
                   (split, k) => el(
                       "th", {scope: "col"}, split, el("span", {class: "quiet"}, ` ${compact(total[k])}`))))),
         el("tbody", {},
            classes.map(
                (one, i) => el(
                    "tr", {}, el("th", {scope: "row"}, classLabel(i)), splits.map((_, k) => bar(one, k)))))));
}
