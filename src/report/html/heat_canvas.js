// The heat map of many classes: a canvas between sticky names.
const kLargeCell = 14;  // px

function heatCanvas({rows, columns, share, diverging, corner}) {
  const canvas = el("canvas");
  const marker = el("span", {class: "marker", hidden: true});
  const top = el("div", {class: "column-names"});
  const left = el("div", {class: "row-names"});
  const box =
      el("div", {class: "scroller heat large"},
         el("div", {class: "heat-grid"}, el("div", {class: "corner"}, corner), top, left,
            el("div", {class: "cells"}, canvas, marker)));
  let cell = kLargeCell;
  const names = (list, side) => list.map(
      (name, i) => i % Math.ceil(12 / cell) ?
          null :
          el("span", {
            title: name,
            style: {[side]: `${Math.max(0, i * cell + Math.min(0, cell - 12) / 2)}px`, "--cell": `${Math.max(cell, 12)}px`}
          },
             name));
  const draw = () => {
    const [width, height] = [columns.length * cell, rows.length * cell];
    const sharp =
        Math.min(devicePixelRatio, Math.sqrt(12e6 / (width * height)));  // canvases have a largest size
    Object.assign(canvas, {width: width * sharp, height: height * sharp});
    fill(canvas, {style: {width: `${width}px`, height: `${height}px`}}, []);
    const context = canvas.getContext("2d");
    context.scale(sharp, sharp);
    const colors = tintTable(diverging);
    rows.forEach((_, r) => columns.forEach((_, c) => {
      const value = share(r, c);
      context.fillStyle = colors(value);
      const gap = cell > 8 ? 1 : 0;
      context.fillRect(c * cell, r * cell, cell - gap, cell - gap);
    }));
    top.style.width = `${width}px`;
    left.style.height = `${height}px`;
    top.replaceChildren(...names(columns, "left").filter(Boolean));
    left.replaceChildren(...names(rows, "top").filter(Boolean));
    marker.hidden = true;
  };
  const fit = () => Math.max(3, Math.min(kLargeCell, Math.floor((box.clientWidth - 140) / columns.length)));
  const size =
      el("button", {
        class: "plain",
        "aria-pressed": "false",
        onclick: () => {
          const whole = size.getAttribute("aria-pressed") === "false";
          size.setAttribute("aria-pressed", whole);
          box.classList.toggle("whole", whole);
          cell = whole ? fit() : kLargeCell;
          draw();
        }
      },
         "Whole matrix");
  repaints.push(draw);
  draw();
  return {
    box,
    extra: size,
    at: (event) => {
      const place = canvas.getBoundingClientRect();
      const [r, c] =
          [Math.floor((event.clientY - place.top) / cell), Math.floor((event.clientX - place.left) / cell)];
      return event.target.closest(".cells") && r >= 0 && c >= 0 && r < rows.length && c < columns.length ?
          [r, c] :
          null;
    },
    mark: (r, c, scroll) => {
      marker.hidden = r < 0;
      fill(
          marker,
          {style: {left: `${c * cell}px`, top: `${r * cell}px`, width: `${cell}px`, height: `${cell}px`}},
          []);
      if (scroll) marker.scrollIntoView({block: "nearest", inline: "nearest"});
    },
  };
}

// The browser mixes the colours once for each of 64 steps.
function tintTable(diverging) {
  const probe = el("span", {hidden: true});
  root.append(probe);
  const mixed = (share) => {
    probe.style.color = tint(share, diverging).color;
    return getComputedStyle(probe).color;
  };
  const table =
      Array.from({length: 129}, (_, i) => mixed(diverging ? (i - 64) / 64 : Math.max(0, i / 64 - 1) ** 2));
  probe.remove();
  return (share) => table[64 + Math.round(64 * Math.sign(share ?? 0) * tint(share, diverging).amount)];
}
