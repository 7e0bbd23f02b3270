// The head of the page: what was run, and how well it did.
function headlineView(items) {
  return items?.length ? el("dl", {class: "headline"}, items.map(headlineItem)) : null;
}

function headlineItem({label, value, low, high, unit, split, level}) {
  const show = kUnits[unit] ?? number;
  const interval = known(low) && known(high);
  return el(
      "div", {}, el("dt", {}, label, split ? el("span", {class: "split"}, split) : null),
      el("dd", {}, el("span", {class: "figure"}, show(value)),
         interval ? el("span", {class: "interval"}, unit === "share" ? meter(value, low, high) : null,
                       `${show(low)} to ${show(high)}`,
                       known(level) ? el("small", {}, `${percent(level, 0)} interval`) : null) :
                    null));
}

// A value in 0..1 on a line, with its interval.
function meter(value, low, high) {
  const place = (share) => `${100 * Math.max(0, Math.min(1, share))}%`;
  const interval = known(low) && known(high);
  return el(
      "span", {
        class: interval ? "meter" : "meter bar",
        "aria-hidden": "true",
        style: {
          "--value": place(value),
          "--low": interval ? place(low) : "0%",
          "--high": interval ? place(high) : place(value)
        }
      },
      el("i"), el("b"));
}

function factsView(groups) {
  const filled = (groups ?? []).filter((group) => group.items?.length);
  if (!filled.length) return null;
  return el(
      "div", {class: "facts"},
      filled.map(
          (group) =>
              el("section", {}, el("h3", {}, group.group),
                 el("dl", {class: "pairs"},
                    group.items.map(
                        ([name, value]) =>
                            el("div", {}, el("dt", {}, name),
                               el("dd", {},
                                  value === null   ? kDash :
                                      known(value) ? number(value) :
                                                     String(value))))))));
}

function metricsView(metrics) {
  if (!metrics?.length) return null;
  return el(
      "dl", {class: "pairs metrics"},
      metrics.map(
          ([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, sideBySide([value])(value)))));
}
