/** `make`, made anew only where something it is made of has changed. Pure, and so must `make` be. */
export function remembered<Of extends readonly unknown[], Made>(make: (...of: Of) => Made): (...of: Of) => Made {
  let last: { of: Of; made: Made } | undefined;
  return (...of) => {
    if (!last?.of.every((one, index) => Object.is(one, of[index]))) last = { of, made: make(...of) };
    return last.made;
  };
}
