// What opens and closes a plot, and takes the numbers of a link, whatever a reader changes in it.

// `put` sets what a text of changes has, or the book's numbers without one; a RangeError of it says what cannot be taken.
export function opening(picture, button, { box, details, scene, className, focus, say, show, put }) {
  const ofBook = [...details.children].slice(1);
  let isOpen = false;
  return {
    get isOpen() {
      return isOpen;
    },
    async open() {
      isOpen = true;
      button.replaceWith(box);
      box.append(button);
      button.textContent = "Back to the book’s numbers";
      await show();
      picture.querySelector("picture").after(scene.svg);
      picture.classList.add(className);
      focus();
    },
    close() {
      isOpen = false;
      put();
      say("");
      scene.svg.remove();
      picture.classList.remove(className);
      details.replaceChildren(details.firstElementChild, ...ofBook);
      box.replaceWith(button);
      button.textContent = "Change the numbers";
      button.focus({ preventScroll: true });
    },
    take(changes) {
      try {
        put(changes);
        say("");
      } catch (problem) {
        if (!(problem instanceof RangeError)) throw problem;
        put();
        say(`The link has what this figure cannot take: ${problem.message.replace(/\.$/, "")}. These are the numbers of the book.`);
      }
      show();
    },
  };
}
