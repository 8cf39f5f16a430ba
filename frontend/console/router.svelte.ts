// Which screen is open: the path after /app/, kept in the address so that back, reload and links work.

const BASE = "/app/";

class Router {
  /** Without the base and without slashes at its ends; empty at the start. */
  path = $state(read());
  query = $state(new URLSearchParams(location.search));

  constructor() {
    addEventListener("popstate", () => this.follow());
    document.addEventListener("click", (event) => this.click(event));
  }

  /** Opens `to`, a path after the base. */
  go(to: string): void {
    history.pushState(null, "", BASE + to);
    this.follow();
    scrollTo(0, 0);
  }

  private follow(): void {
    this.path = read();
    this.query = new URLSearchParams(location.search);
  }

  /** A plain click on a link into the console changes the screen and loads nothing. */
  private click(event: MouseEvent): void {
    const link = (event.target as Element | null)?.closest?.("a[href]");
    if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || link.target) return;
    const { origin, pathname, search } = new URL(link.href);
    if (origin !== location.origin || !pathname.startsWith(BASE)) return;
    event.preventDefault();
    this.go(pathname.slice(BASE.length) + search);
  }
}

function read(): string {
  return location.pathname.slice(BASE.length).replace(/\/+$/, "");
}

/** The address of a screen, for links. */
export function href(to: string): string {
  return BASE + to;
}

export const router = new Router();
