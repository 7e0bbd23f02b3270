// Makes `box` a place where the pointer or the arrow keys pick one of `size` positions.
// at(clientX): the position under the pointer; show(i): marks it; text(i): says it.
function scrubber(box, {label, size, first, at, show, text}) {
  let current = first;
  const pick = (i) => {
    box.classList.toggle("active", i !== null);
    i ??= first;
    current = Math.max(0, Math.min(size - 1, i));
    show(current);
    box.setAttribute("aria-valuenow", current);
    box.setAttribute("aria-valuetext", text(current));
  };
  fill(
      box, {
        tabindex: 0,
        role: "slider",
        "aria-label": label,
        "aria-valuemin": 0,
        "aria-valuemax": size - 1,
        onpointermove: (event) => pick(at(event.clientX)),
        onpointerdown: (event) => pick(at(event.clientX)),
        onpointerleave: () => document.activeElement === box || pick(null),
        onblur: () => pick(null),
        onkeydown: (event) => {
          const to = {
            ArrowLeft: current - 1,
            ArrowDown: current - 1,
            ArrowRight: current + 1,
            ArrowUp: current + 1,
            PageUp: current + 10,
            PageDown: current - 10,
            Home: 0,
            End: size - 1
          }[event.key];
          if (to === undefined) return;
          event.preventDefault();
          pick(to);
        },
      },
      []);
  pick(null);
}
