// Lines over epochs with a crosshair; the legend tells the values where it stands.
const kMostDots = 25;

function lineRange(lines) {
  const values = lines.flatMap((line) => line.values.filter(known));
  let low = values.reduce((a, b) => Math.min(a, b), Infinity);
  let high = values.reduce((a, b) => Math.max(a, b), -Infinity);
  if (low > high) return null;
  if (low > 0 && low < 0.4 * high) low = 0;
  if (low === high) [low, high] = low > 0 ? [0, high] : [1.5 * low - !low, low / 2 + !low];
  const nice = niceTicks(low, high, 5);
  return {...nice, low: nice.ticks[0], high: nice.ticks.at(-1)};
}

function epochRange(epochs, width) {
  const most = Math.max(2, Math.floor(width / 60));
  const step = Math.max(1, Math.ceil(epochs.length / most));
  const round = [1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000].find((s) => s >= step) ?? step;
  const ticks = epochs.filter((epoch) => epoch % round === 0 || (round > 1 && epoch === epochs[0]));
  return {
    low: epochs[0],
    high: epochs.at(-1),
    decimals: 0,
    ticks: ticks.filter((tick, i) => i !== 0 || ticks.length < 2 || ticks[1] - tick > round / 2)
  };
}

// panel: {title, lines}; returns null when it has no number at all. `together`: charts whose crosshairs move
// as one.
function lineChart(panel, epochs, best, together) {
  const lines = panel.lines.filter((line) => line.values.some(known));
  const ys = lineRange(lines);
  if (!ys || !epochs.length) return null;
  const values = lines.map(() => el("b", {}));
  const position = el("span", {class: "position"});
  const legend =
      el("div", {class: "legend"},
         lines.map(
             (line, k) =>
                 el("span", {}, svg("svg", {width: 22, height: 10, "aria-hidden": "true"}, svg("line", {
                                      class: line.dashed ? "curve dashed" : "curve",
                                      x1: 0,
                                      x2: 22,
                                      y1: 5,
                                      y2: 5,
                                      style: {stroke: colorOf(line, k)}
                                    })),
                    line.name, " ", values[k])),
         position);
  const box = el("div", {class: "chart"});
  let plot = null;
  let cross = null;
  const last = epochs.length - 1;
  const say = (i) =>
      `epoch ${epochs[i]}: ${lines.map((line) => `${line.name} ${number(line.values[i])}`).join(", ")}`;
  const mark = (i) => {
    position.textContent = `epoch ${epochs[i]}`;
    lines.forEach((line, k) => {
      values[k].textContent = number(line.values[i]);
    });
    const x = plot?.x(epochs[i]);
    const spot = (line) => svg("circle", {
      class: "spot",
      r: 4,
      cx: x,
      cy: plot.y(line.values[i]),
      style: {fill: colorOf(line, lines.indexOf(line))}
    });
    cross?.replaceChildren(
        svg("line", {class: "crosshair", x1: x, x2: x, y1: plot.top, y2: plot.bottom}),
        ...lines.filter((line) => known(line.values[i])).map(spot));
  };
  let current = last;
  together.push((i, active) => {
    box.classList.toggle("active", active);
    mark(current = i);
  });
  scrubber(box, {
    label: `${panel.title}, arrow keys move through the epochs`,
    size: epochs.length,
    first: last,
    text: say,
    show: (i) => together.forEach((show) => show(i, box.classList.contains("active"))),
    at: (clientX) => {
      const place = clientX - box.getBoundingClientRect().left;
      return epochs.reduce(
          (near, epoch, i) =>
              Math.abs(plot.x(epoch) - place) < Math.abs(plot.x(epochs[near]) - place) ? i : near,
          0);
    },
  });
  onWidth(box, (width) => {
    plot = axes({
      width,
      height: Math.round(Math.min(300, 130 + width * 0.3)),
      xs: epochRange(epochs, width),
      ys,
      xName: "epoch"
    });
    if (known(best)) {
      const x = plot.x(best), left = x > width - 100;
      plot.picture.append(
          svg("line", {class: "best", x1: x, x2: x, y1: plot.top, y2: plot.bottom}),
          svg("text", {
            class: "tick",
            x,
            y: lines[0].values.at(-1) > lines[0].values[0] ? plot.bottom - 6 : plot.top + 10,
            dx: left ? -5 : 5,
            "text-anchor": left ? "end" : "start"
          },
              "lowest val loss"));
    }
    lines.forEach((line, k) => {
      // Epochs without a number, of a validation every few, are passed over.
      const points = epochs.flatMap(
          (epoch, i) => known(line.values[i]) ? [[plot.x(epoch), plot.y(line.values[i])]] : []);
      plot.picture.append(svg("path", {
        class: line.dashed ? "curve dashed" : "curve",
        d: pathOf(points),
        style: {stroke: colorOf(line, k)}
      }));
      if (points.length > kMostDots) return;
      for (const [x, y] of points) {
        plot.picture.append(svg("circle", {cx: x, cy: y, r: 2.2, style: {fill: colorOf(line, k)}}));
      }
    });
    plot.picture.append(cross = svg("g", {}));
    box.replaceChildren(plot.picture);
    mark(current);
  });
  return el("figure", {class: "panel"}, el("figcaption", {}, panel.title), legend, box);
}

function colorOf(line, index) {
  return lineColor(line.group ?? index);
}
