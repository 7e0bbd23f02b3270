// Figures made elsewhere. An SVG is shown as an image: nothing in it can run or load.
function figuresView(figures) {
  const shown = (figures ?? [])
                    .map(({title, caption, svg: markup, picture: id}) => {
                      const image = typeof markup === "string" ? el("img", {
                        src: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(markup)}`,
                        alt: title ?? ""
                      }) :
                          hasPicture(id) ? picture(id, title) :
                                           null;
                      return image &&
                          el("figure", {class: "made"}, el("h3", {}, title), image,
                             caption ? el("figcaption", {}, caption) : null);
                    })
                    .filter(Boolean);
  return shown.length ? el("div", {class: "figures"}, shown) : null;
}
