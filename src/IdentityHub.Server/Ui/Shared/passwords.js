// Beside each password a button that shows and hides it, and under it a word about caps lock. The script element says them in the user's language.
const { show, hide, caps } = document.currentScript.dataset;

for (const field of document.querySelectorAll('[type=password]')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'reveal';
  const label = field.labels[0]?.textContent.trim();
  const turn = isShown => {
    field.type = isShown ? 'text' : 'password';
    button.textContent = isShown ? hide : show;
    if (label)
      button.ariaLabel = `${button.textContent}: ${label}`;
  };
  turn(false);
  button.addEventListener('click', () => turn(field.type === 'password'));

  // What is shown is a password no more to a browser, which would keep it as it keeps other texts.
  field.form?.addEventListener('submit', () => turn(false));

  const note = document.createElement('p');
  note.className = 'hint caps';
  note.role = 'status';
  const tell = isOn => { note.textContent = isOn ? caps : ''; };
  for (const event of ['keydown', 'keyup'])
    field.addEventListener(event, pressed => tell(pressed.getModifierState?.('CapsLock') ?? false));
  field.addEventListener('blur', () => tell(false));

  field.spellcheck = false;
  field.autocapitalize = 'none';
  field.after(button, note);
  field.parentElement.classList.add('revealing');
}
