/** As a `ref`: the element has the focus when it appears. */
export function focusOnArrival(element: HTMLElement | null): void {
  element?.focus({ preventScroll: true });
}
