// An SVG with axes: x and y map values to px inside of it.
function axes({width, height, xs, ys, xName, yName, label}) {
  const longest = Math.max(...ys.ticks.map((tick) => tickText(tick, ys.decimals).length));
  const m = {left: Math.max(46, 12 + 6.5 * longest), right: 12, top: 10, bottom: 38};  // px
  const inner = {width: width - m.left - m.right, height: height - m.top - m.bottom};
  const [x0, x1, y0, y1] = [xs.low, xs.high, ys.low, ys.high];
  const x = (v) => m.left + (x1 > x0 ? (v - x0) / (x1 - x0) : 0.5) * inner.width;
  const y = (v) => m.top + (1 - (v - y0) / (y1 - y0)) * inner.height;
  const picture = svg("svg", {
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: label ? "img" : "presentation",
    "aria-label": label,
    "aria-hidden": label ? null : "true"
  });
  for (const tick of ys.ticks) {
    picture.append(
        svg("line", {class: "grid", x1: m.left, x2: width - m.right, y1: y(tick), y2: y(tick)}),
        svg("text", {class: "tick", x: m.left - 8, y: y(tick) + 4, "text-anchor": "end"},
            tickText(tick, ys.decimals)));
  }
  for (const tick of xs.ticks) {
    picture.append(
        svg("text", {class: "tick", x: x(tick), y: height - m.bottom + 17, "text-anchor": "middle"},
            tickText(tick, xs.decimals)));
  }
  picture.append(
      svg("line",
          {class: "axis", x1: m.left, x2: width - m.right, y1: height - m.bottom, y2: height - m.bottom}),
      svg("text", {class: "tick", x: m.left + inner.width / 2, y: height - 4, "text-anchor": "middle"},
          xName));
  if (yName) {
    picture.append(
        svg("text", {
          class: "tick",
          "text-anchor": "middle",
          transform: `translate(11 ${m.top + inner.height / 2}) rotate(-90)`
        },
            yName));
  }
  return {picture, x, y, top: m.top, bottom: height - m.bottom};
}

function tickText(value, decimals) {
  return grouped(value.toFixed(Math.min(decimals, 8)));
}

function pathOf(points) {
  let path = "";
  let pen = false;
  for (const [x, y] of points) {
    if (known(y)) path += `${pen ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
    pen = known(y);
  }
  return path;
}
