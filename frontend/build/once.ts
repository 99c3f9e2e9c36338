/** Of tests: the files of a worker share one document, which takes each element once, though a module may be read again. */
const registry = customElements as CustomElementRegistry & { refuses?: boolean };

if (!registry.refuses) {
  registry.refuses = true;
  const define = registry.define.bind(registry);
  registry.define = (name, element, options) => {
    if (!registry.get(name)) define(name, element, options);
  };
}
