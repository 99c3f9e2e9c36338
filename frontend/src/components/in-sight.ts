/** What is rendered when it comes near the screen: long lists cost what is seen of them. */
const NEAR_PX = 600;

const waiting = new WeakMap<Element, () => void>();
const observer = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      observer.unobserve(target);
      waiting.get(target)?.();
    }
  },
  { rootMargin: `${NEAR_PX}px` },
);

/** `then` is called once, when `element` is near. Returns what gives it up. */
export function whenNear(element: Element, then: () => void): () => void {
  waiting.set(element, then);
  observer.observe(element);
  return () => observer.unobserve(element);
}
