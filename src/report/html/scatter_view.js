// Points in two or three dimensions on a canvas: projection, drawing and finding.
const kShapes = [
  (c, r) => c.arc(0, 0, r, 0, 2 * Math.PI),
  (c, r) => c.rect(-0.9 * r, -0.9 * r, 1.8 * r, 1.8 * r),
  (c, r) => {
    c.moveTo(0, -1.2 * r);
    c.lineTo(1.1 * r, 0.8 * r);
    c.lineTo(-1.1 * r, 0.8 * r);
    c.closePath();
  },
  (c, r) => {
    c.moveTo(0, -1.3 * r);
    c.lineTo(1.1 * r, 0);
    c.lineTo(0, 1.3 * r);
    c.lineTo(-1.1 * r, 0);
    c.closePath();
  },
  (c, r) => {
    c.rect(-1.2 * r, -0.4 * r, 2.4 * r, 0.8 * r);
    c.rect(-0.4 * r, -1.2 * r, 0.8 * r, 2.4 * r);
  },
];
const kSprite = 14;  // px, room for a mark and its border
const kRadius = 3.6;

// Draws the mark of a class into its own small canvas.
function paintSprite(sprite, color, index) {
  const sharp = Math.ceil(devicePixelRatio);
  Object.assign(sprite, {width: kSprite * sharp, height: kSprite * sharp});
  const context = sprite.getContext("2d");
  context.setTransform(sharp, 0, 0, sharp, kSprite * sharp / 2, kSprite * sharp / 2);
  context.beginPath();
  kShapes[Math.floor(index / kLineColors) % kShapes.length](context, kRadius);
  context.lineWidth = 1.6;
  context.strokeStyle = ink("paper");
  context.stroke();
  context.fillStyle = color;
  context.fill();
}

// points: [[x, y] or [x, y, z], ...]; sprite(i): what to draw; visible(i).
function scatterView(canvas, points, sprite, visible) {
  const solid = points[0].length > 2;
  const axis = (k) => {
    const values = points.map((point) => point[k] ?? 0).filter(known);
    const [low, high] = values.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);
    return {middle: (low + high) / 2, half: (high - low) / 2 || 1};
  };
  const [ax, ay, az] = [axis(0), axis(1), axis(2)];
  const radius =
      points.reduce(
          (most, [x, y, z]) => Math.max(most, Math.hypot(x - ax.middle, y - ay.middle, z - az.middle) || 0),
          0) ||
      1;
  const size = points.length;
  const [sx, sy, depth] = [new Float32Array(size), new Float32Array(size), new Float32Array(size)];
  const order = Uint32Array.from({length: size}, (_, i) => i);
  const start = {zoom: 1, x: 0, y: 0, yaw: 0.6, pitch: 0.35};
  const view = {...start, width: 1, height: 1, selected: -1};
  const usable = (i) => known(points[i]?.[0]) && known(points[i]?.[1]) && visible(i);

  const project = () => {
    const scale = 0.94 * view.zoom *
        (solid ? Math.min(view.width, 1.15 * view.height) / (2 * radius) :
                 Math.min(view.width / (2 * ax.half), view.height / (2 * ay.half)));
    const [cy, sinYaw, cp, sinPitch] =
        [Math.cos(view.yaw), Math.sin(view.yaw), Math.cos(view.pitch), Math.sin(view.pitch)];
    for (let i = 0; i < size; ++i) {
      let [x, y] = [points[i][0] - ax.middle, points[i][1] - ay.middle];
      if (solid) {
        const z = points[i][2] - az.middle;
        const near = z * cy - x * sinYaw;
        x = x * cy + z * sinYaw;
        depth[i] = (near * cp + y * sinPitch) / radius;
        y = y * cp - near * sinPitch;
      }
      sx[i] = view.width / 2 + view.x + scale * x;
      sy[i] = view.height / 2 + view.y - scale * y;
    }
    if (solid) order.sort((a, b) => depth[a] - depth[b]);
  };
  const draw = () => {
    project();
    const context = canvas.getContext("2d");
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    context.clearRect(0, 0, view.width, view.height);
    for (const i of order) {
      if (!usable(i)) continue;
      context.globalAlpha = solid ? Math.max(0.3, Math.min(1, 0.75 + 0.45 * depth[i])) : 0.85;
      const [x, y] = [Math.round(sx[i] - kSprite / 2), Math.round(sy[i] - kSprite / 2)];
      context.drawImage(sprite(i), x, y, kSprite, kSprite);
    }
    context.globalAlpha = 1;
    if (view.selected < 0) return;
    context.beginPath();
    context.arc(sx[view.selected], sy[view.selected], 8, 0, 2 * Math.PI);
    context.lineWidth = 2;
    context.strokeStyle = ink("ink");
    context.stroke();
  };
  let asked = false;
  const redraw = () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      draw();
    });
  };
  return {
    solid,
    view,
    redraw,
    place: (i) => [sx[i], sy[i]],
    resize(width, height) {
      Object.assign(view, {width, height});
      Object.assign(canvas, {width: width * devicePixelRatio, height: height * devicePixelRatio});
      draw();
    },
    reset: () => Object.assign(view, start),
    // The visible point within `reach` px of a place, or -1.
    nearest(x, y, reach) {
      let [best, found] = [reach * reach, -1];
      for (let i = 0; i < size; ++i) {
        const far = (sx[i] - x) ** 2 + (sy[i] - y) ** 2;
        if (far <= best && usable(i)) [best, found] = [far, i];
      }
      return found;
    },
    // The next visible point from the selected one into a direction.
    toward(dx, dy) {
      if (view.selected < 0) return this.nearest(view.width / 2, view.height / 2, Infinity);
      let [best, found] = [Infinity, view.selected];
      for (let i = 0; i < size; ++i) {
        const [x, y] = [sx[i] - sx[view.selected], sy[i] - sy[view.selected]];
        const along = x * dx + y * dy;
        const cost = along + 2 * Math.abs(x * dy - y * dx);
        if (along > 1 && cost < best && usable(i)) [best, found] = [cost, i];
      }
      return found;
    },
    // The next visible one in the order of the data.
    following(step) {
      for (let k = 1, i = view.selected; k <= size; ++k) {
        i = (i + step + size) % size;
        if (usable(i)) return i;
      }
      return -1;
    },
  };
}
