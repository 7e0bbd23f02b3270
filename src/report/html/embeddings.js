// Embeddings: a scatter that tells what a point is, with groups of points that switch on and off.
function embeddingView(embedding) {
  const {points, pictures} = embedding;
  if (!points?.length) return null;
  const {colorings, checked, wrong, says} = embedding.label_sets ? ofLabelSets(embedding) : ofClasses(embedding);
  let coloring = colorings[0];
  let sprites = new Map();
  const hidden = new Set();
  let wrongOnly = false;
  const canvas = el("canvas");
  const tip = el("div", {class: "tip", hidden: true});
  const box = el("div", {class: "scatter"}, canvas, tip);
  const scatter = scatterView(
      canvas, points, (i) => sprites.get(coloring.of(i)),
      (i) => !hidden.has(coloring.of(i)) && (!wrongOnly || wrong(i)));
  const line = readout("");
  const help = scatter.solid ?
      "Drag or press the arrow keys to turn; Page Up and Page Down step through the points." :
      "Drag to move; the arrow keys step from point to point.";
  line.textContent = help;

  const select = (i) => {
    if (i === scatter.view.selected) return;
    scatter.view.selected = i;
    tip.hidden = i < 0;
    line.textContent = i < 0 ? help : says(i);
    if (i >= 0) {
      const id = pictures?.[i];
      tip.replaceChildren(...(hasPicture(id) ? [picture(id, "")] : []), el("span", {}, says(i)));
      place(i);
    }
    scatter.redraw();
  };
  const place = (i) => {
    const [x, y] = scatter.place(i);
    tip.classList.toggle("left", x > scatter.view.width / 2);
    tip.classList.toggle("above", y > scatter.view.height / 2);
    fill(tip, {style: {"--x": `${x}px`, "--y": `${y}px`}}, []);
  };
  const open = (i) => i >= 0 && hasPicture(pictures?.[i]) &&
      showPictures(says(i), [{id: pictures[i], lines: [data.pictures[pictures[i]].title]}]);
  const turn = (yaw, pitch) => {
    select(-1);
    scatter.view.yaw += yaw;
    scatter.view.pitch = Math.max(-1.5, Math.min(1.5, scatter.view.pitch + pitch));
    scatter.redraw();
  };
  const zoom = (factor) => {
    select(-1);
    const to = Math.max(0.5, Math.min(40, scatter.view.zoom * factor));
    for (const side of ["x", "y"]) scatter.view[side] *= to / scatter.view.zoom;
    scatter.view.zoom = to;
    scatter.redraw();
  };

  let drag = null;
  const local = (event) => {
    const at = canvas.getBoundingClientRect();
    return [event.clientX - at.left, event.clientY - at.top];
  };
  fill(
      box, {
        tabindex: 0,
        role: "application",
        "aria-label": `${embedding.title}: ${plural(points.length, "point")}. ${help}`,
        onpointerdown: (event) => {
          drag = {at: local(event), moved: false};
          box.setPointerCapture(event.pointerId);
        },
        onpointerup: (event) => {
          if (drag && !drag.moved) {
            select(scatter.nearest(...local(event), 14));
            if (event.pointerType === "mouse") open(scatter.view.selected);
          }
          drag = null;
        },
        onpointercancel: () => {
          drag = null;
        },
        onpointermove: (event) => {
          const [x, y] = local(event);
          if (!drag) {
            select(scatter.nearest(x, y, 14));
            return;
          }
          const [dx, dy] = [x - drag.at[0], y - drag.at[1]];
          if (!drag.moved && Math.hypot(dx, dy) < 4) return;
          drag = {at: [x, y], moved: true};
          if (scatter.solid) {
            turn(dx / 150, dy / 150);
            return;
          }
          select(-1);
          scatter.view.x += dx;
          scatter.view.y += dy;
          scatter.redraw();
        },
        onpointerleave: () => {
          if (document.activeElement !== box) select(-1);
        },
        onblur: () => select(-1),
        onkeydown: (event) => {
          const arrow = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [
                           0, 1
                         ]}[event.key];
          const page = {PageUp: -1, PageDown: 1}[event.key];
          if (arrow && scatter.solid)
            turn(arrow[0] * 0.12, arrow[1] * 0.12);
          else if (arrow)
            select(scatter.toward(...arrow));
          else if (page)
            select(scatter.following(page));
          else if (event.key === "+" || event.key === "-")
            zoom(event.key === "+" ? 1.3 : 1 / 1.3);
          else if (event.key === "Enter")
            open(scatter.view.selected);
          else
            return;
          event.preventDefault();
        },
      },
      []);

  const keys = el("div", {class: "keys", role: "group"});
  const refilter = () => {
    coloring.groups.forEach(({id}, k) => keys.children[k].setAttribute("aria-pressed", !hidden.has(id)));
    select(-1);
    scatter.redraw();
  };
  const all = (on) =>
      el("button", {
        class: "plain",
        onclick: () => {
          for (const {id} of coloring.groups) on ? hidden.delete(id) : hidden.add(id);
          refilter();
        }
      },
         on ? "All" : "None");
  const button = (name, label, act) =>
      el("button", {class: "plain", "aria-label": label, onclick: act}, name);
  const mistakes = checked ? el("label", {class: "check"}, el("input", {
                                    type: "checkbox",
                                    onchange: (event) => {
                                      wrongOnly = event.target.checked;
                                      refilter();
                                    }
                                  }),
                                  "mistakes only") :
                               null;

  const paint = () => {
    for (const {id, color, mark} of coloring.groups) paintSprite(sprites.get(id), resolved(color), mark);
    scatter.redraw();
  };
  const colorBy = (chosen) => {
    coloring = chosen;
    hidden.clear();
    keys.setAttribute("aria-label", `${coloring.title} shown`);
    sprites = new Map(
        coloring.groups.map(({id}) => [id, el("canvas", {class: "sprite", "aria-hidden": "true"})]));
    const total = new Map(coloring.groups.map(({id}) => [id, 0]));
    for (let i = 0; i < points.length; ++i) total.set(coloring.of(i), total.get(coloring.of(i)) + 1);
    keys.replaceChildren(...coloring.groups.map(
        ({id, name}) =>
            el("button", {
              class: "key",
              "aria-pressed": "true",
              onclick: () => {
                if (!hidden.delete(id)) hidden.add(id);
                refilter();
              }
            },
               sprites.get(id), el("span", {}, name), el("b", {}, count(total.get(id))))));
    paint();
  };
  repaints.push(paint);
  colorBy(coloring);
  onWidth(box, (width) => scatter.resize(width, Math.round(Math.min(560, Math.max(280, width * 0.72)))));
  return el(
      "figure", {class: "embedding"},
      el("figcaption", {}, embedding.title,
         el("span", {class: "quiet"},
            ` ${
                    [embedding.method, embedding.split, plural(points.length, "point")].filter(Boolean).join(
                        ", ")}`)),
      el("div", {class: "controls"}, button("+", "Zoom in", () => zoom(1.3)),
         button("−", "Zoom out", () => zoom(1 / 1.3)),
         button(
             "Reset", "Reset the view",
             () => {
               scatter.reset();
               refilter();
             }),
         all(true), all(false), mistakes,
         colorings.length > 1 ? choice(
                                    "colour by", colorings.map(({title}, k) => [k, title]),
                                    (k) => colorBy(colorings[Number(k)])) :
                                null),
      box, line, keys);
}

// Points of pictures with one label each, coloured by it.
function ofClasses({labels, predicted}) {
  const wrong = (i) => predicted && predicted[i] !== labels[i];
  const classes = [...new Set(labels)].sort((a, b) => a - b);
  return {
    colorings: [{
      title: "Classes",
      of: (i) => labels[i],
      groups: classes.map((k) => ({id: k, name: className(k), color: classColor(k), mark: k}))
    }],
    checked: predicted,
    wrong,
    says: (i) => `${className(labels[i])}${
        predicted ? (wrong(i) ? `, predicted ${className(predicted[i])}` : ", predicted right") : ""}`
  };
}
