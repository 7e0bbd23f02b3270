// Pictures of the data, and the dialog that shows some of them.
function picture(id, alt) {
  const source = data.pictures?.[id]?.src;
  if (typeof source !== "string" || !source.startsWith("data:image/")) {
    return el("span", {class: "no-picture"}, "no picture");
  }
  const image = el(
      "img", {src: source, alt: alt ?? data.pictures[id].title ?? "", decoding: "async", draggable: "false"});
  image.addEventListener("load", () => image.classList.toggle("tiny", image.naturalWidth <= 64));
  return image;
}

function hasPicture(id) {
  return known(id) && Boolean(data.pictures?.[id]);
}

let dialog = null;

function makeDialog() {
  dialog =
      el("dialog", {"aria-labelledby": "dialog-title"},
         el("form", {method: "dialog", class: "dialog-bar"}, el("h2", {id: "dialog-title"}),
            el("button", {class: "plain", "aria-label": "Close"}, "Close")),
         el("div", {class: "gallery"}));
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
}

// items: [{id, lines: [text, ...]}]. The browser gives the focus back when it closes.
function showPictures(title, items) {
  if (!dialog) makeDialog();
  dialog.querySelector("h2").textContent = title;
  const gallery = dialog.querySelector(".gallery");
  gallery.classList.toggle("single", items.length === 1);
  gallery.replaceChildren(...items.map(
      ({id, lines}) =>
          el("figure", {}, picture(id, lines[0]),
             el("figcaption", {}, lines.filter(Boolean).map((line) => el("span", {}, line))))));
  dialog.showModal();
  dialog.scrollTop = 0;
}
