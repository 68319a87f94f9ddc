import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { expect } from 'vitest'

/** GraphiQL as somebody sees it who opened the gateway in a browser, with no way to anything but the gateway. */
export class GraphiQLPage implements AsyncDisposable {
  /** What it asked of others than the gateway, in vain. */
  readonly foreignRequests: string[] = []
  /** Exceptions that nobody caught, and what the page wrote to the console as an error. */
  readonly complaints: string[] = []
  readonly tabs: Locator
  readonly queryEditor: Locator
  readonly headerEditor: Locator
  readonly #context: BrowserContext
  readonly page: Page

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context
    this.page = page
    this.tabs = page.getByRole('tab')
    this.queryEditor = page.locator('.graphiql-query-editor')
    this.headerEditor = page.locator('.graphiql-editor-tool .graphiql-editor:not(.hidden)')
  }

  static async open(browser: Browser, url: string): Promise<GraphiQLPage> {
    // The editors draw only the lines in view, so the view is large enough for every answer of the tutorial.
    const context = await browser.newContext({ viewport: { width: 2000, height: 3000 } })
    const page = await context.newPage()
    const opened = new GraphiQLPage(context, page)
    const { origin } = new URL(url)
    await context.route(
      (target) => target.origin !== origin,
      (route) => {
        opened.foreignRequests.push(route.request().url())
        return route.abort()
      },
    )
    page.on('pageerror', (error) => opened.complaints.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') opened.complaints.push(message.text())
    })
    await page.goto(url)
    await opened.ready()
    return opened
  }

  /** The operations are known: the play button offers them. */
  async ready(): Promise<void> {
    await expect.poll(() => this.#playButton.getAttribute('aria-haspopup')).toBe('menu')
  }

  /** Chooses an operation from the play button's menu. Gives the answer once the result pane shows it. */
  async run(operation: string): Promise<unknown> {
    return this.#answerTo(operation, async () => {
      await this.#playButton.click()
      await this.page.getByRole('menuitem', { name: operation, exact: true }).click()
    })
  }

  /** Puts the cursor into an operation and presses Ctrl-Enter. Gives the answer once the result pane shows it. */
  async runAtCursor(operation: string): Promise<unknown> {
    return this.#answerTo(operation, async () => {
      await this.queryEditor.locator('.view-line', { hasText: operation }).click()
      await this.page.keyboard.press('ControlOrMeta+Enter')
    })
  }

  /** Types between the empty quotes that the header editor has ready. */
  async typeToken(token: string): Promise<void> {
    await this.headerEditor.locator('.view-line', { hasText: 'X-Auth-Token' }).click()
    await this.page.keyboard.press('End')
    await this.page.keyboard.press('ArrowLeft')
    await this.page.keyboard.type(token)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close()
  }

  get #playButton(): Locator {
    return this.page.getByRole('button', { name: 'Execute query' })
  }

  async #answerTo(operation: string, act: () => Promise<void>): Promise<unknown> {
    const response = this.page.waitForResponse((candidate) => {
      const request = candidate.request()
      return request.method() === 'POST' && request.postDataJSON().operationName === operation
    })
    await Promise.all([response, act()])
    const answer: unknown = await (await response).json()
    // Yoga's GraphiQL leaves out the locations of errors.
    const shown = JSON.stringify(answer, (key, value: unknown) => (key === 'locations' ? undefined : value))
    await expect.poll(() => this.#shownAnswer()).toBe(squeezed(shown))
    return answer
  }

  /** The result pane's text without white space: the editor draws spaces as others, and wraps lines. */
  async #shownAnswer(): Promise<string> {
    const lines = await this.page.locator('.result-window .view-line').evaluateAll((elements) =>
      elements
        // In the page a line's place is its style, not its place in the document.
        .map((element) => ({ top: element.getBoundingClientRect().top, text: element.textContent ?? '' }))
        .sort((one, other) => one.top - other.top)
        .map(({ text }) => text),
    )
    return squeezed(lines.join(''))
  }
}

function squeezed(text: string): string {
  return text.replace(/[\s\u200b\u200c]/g, '')
}
