// Confidence against accuracy: on the diagonal, 80 % sure is right 80 times of 100. `of` says what bins hold where
// it is not pictures: labels, each of which is true or not.
function reliabilityView({bins, ece, of}) {
  const right = of === "labels" ? "true" : "right";
  const filled = (bins ?? []).filter((bin) => bin.count > 0 && known(bin.accuracy));
  if (!filled.length) return null;
  const most = filled.reduce((size, bin) => Math.max(size, bin.count), 0);
  const line = readout("");
  const box = el("div", {class: "chart"});
  const unit = {low: 0, high: 1, decimals: 1, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1]};
  const say = (i) => {
    const bin = filled[i];
    return `Probability ${bin.low.toFixed(2)} to ${bin.high.toFixed(2)}: ${
               of === "labels" ? plural(bin.count, "label") : plural(bin.count, "picture")}, ` +
        `mean ${percent(bin.confidence)}, ${right} ${percent(bin.accuracy)}.`;
  };
  let plot = null;
  let bars = [];
  const over = filled.reduce((sum, bin) => sum + bin.count * ((bin.confidence ?? 0) - bin.accuracy), 0);
  const size = filled.reduce((sum, bin) => sum + bin.count, 0);
  const leans = of === "labels" ? ["probabilities fit", "probabilities are too high", "probabilities are too low"] :
                                  ["as sure as it is right", "too sure", "not sure enough"];
  const lean = leans[Math.abs(over) / size < 0.0005 ? 0 : over > 0 ? 1 : 2];
  const idle = `Expected calibration error ${number(ece)}: on the whole ${lean}.`;
  let started = false;
  onWidth(box, (width) => {
    plot = axes({
      width,
      height: Math.min(width, 340),
      xs: unit,
      ys: unit,
      xName: "predicted probability",
      yName: `share that is ${right}`
    });
    bars = filled.map(
        (bin) => svg(
            "g", {}, svg("rect", {
              class: "accuracy",
              x: plot.x(bin.low) + 0.5,
              width: Math.max(1, plot.x(bin.high) - plot.x(bin.low) - 1),
              y: plot.y(bin.accuracy),
              height: plot.bottom - plot.y(bin.accuracy)
            }),
            svg("rect", {
              class: "amount",
              x: plot.x(bin.low) + 0.5,
              width: Math.max(1, plot.x(bin.high) - plot.x(bin.low) - 1),
              y: plot.bottom - 3 - 22 * bin.count / most,
              height: 3 + 22 * bin.count / most
            }),
            known(bin.confidence) ? svg("line", {
              class: "gap",
              x1: plot.x(bin.confidence),
              x2: plot.x(bin.confidence),
              y1: plot.y(bin.confidence),
              y2: plot.y(bin.accuracy)
            }) :
                                    null,
            known(bin.confidence) ?
                svg("circle", {class: "spot", r: 3.5, cx: plot.x(bin.confidence), cy: plot.y(bin.accuracy)}) :
                null));
    plot.picture.append(
        ...bars,
        svg("line", {class: "diagonal", x1: plot.x(0), y1: plot.y(0), x2: plot.x(1), y2: plot.y(1)}));
    box.replaceChildren(plot.picture);
    if (started) return;
    started = true;
    scrubber(box, {
      label: "Reliability, arrow keys move through the bins",
      size: filled.length,
      first: filled.length - 1,
      text: say,
      show: (i) => {
        line.textContent = say(i);
      },
      at: (clientX) => {
        const place = clientX - box.getBoundingClientRect().left;
        return filled.reduce(
            (near, bin, i) => Math.abs(plot.x((bin.low + bin.high) / 2) - place) <
                    Math.abs(plot.x((filled[near].low + filled[near].high) / 2) - place) ?
                i :
                near,
            0);
      },
    });
  });
  return el(
      "figure", {class: "panel"}, el("figcaption", {}, "Reliability"), el("p", {class: "statement"}, idle),
      box, line, el("p", {class: "quiet"}, `Grey bars: how many ${of ?? "pictures"} each bin holds.`));
}
