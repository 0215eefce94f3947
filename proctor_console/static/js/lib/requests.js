/** A number of the page's own for a wish: asked again under it, it is granted once. */

/** 32 random hexadecimal digits; also where the page came without encryption. */
export const newRequest = (fill = (octets) => crypto.getRandomValues(octets)) =>
  Array.from(fill(new Uint8Array(16)), (octet) => octet.toString(16).padStart(2, "0")).join("");

/** Gives the same number as long as what is asked for is the same, and a new one for anything else. */
export function createRequests(make = newRequest) {
  let asked = null;
  let request = null;
  return function requestFor(wish) {
    const words = JSON.stringify(wish);
    if (words !== asked) [asked, request] = [words, make()];
    return request;
  };
}
