// The secret of a letter's link. It stands behind the #, which browsers do not send; read once, then gone from the address.

let kept = "";

/** The same answer however often a screen is drawn before it is shown. */
export function linkToken(): string {
  const token = window.location.hash.slice(1);
  if (token) {
    kept = token;
    window.history.replaceState(null, "", window.location.pathname);
  }
  return kept;
}
