/**
 * Long lists, read in parts. In one piece, tens of megabytes keep all other requests waiting: for the memory that they are
 * put together in, for the text that is made of them, and for JSON.parse.
 */
import { StringDecoder } from 'node:string_decoder'
import type { Parts } from './answer.ts'

/** Some milliseconds of JSON.parse. */
const PART_CHARACTERS = 2 ** 20

/** The beginning of an answer that holds one list, `{"servers": [`; it must be in the first characters. */
const HEAD = /^\s*\{\s*"\w+"\s*:\s*\[/
const HEAD_CHARACTERS = 100

/** For a comma with no row before or behind it: that is no JSON, and a cut there shall not make an empty list of it. */
const NO_JSON = ','

const [QUOTE, BACKSLASH, COMMA, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [...'"\\,[]{}'].map((character) =>
  character.charCodeAt(0),
)

/**
 * The text of one list as texts of the same form, of some of its rows each; one text where it is short, or of any other form.
 * What comes between rows is looked at here, what is in them is not: JSON that is none still is none.
 */
export class LongList {
  readonly #decoder = new StringDecoder('utf8')
  readonly #partCharacters: number
  readonly #parts: string[] = []
  /** Null: not there yet. The empty one: this is no such list, and is not cut. */
  #head: string | null = null
  /** Of the part that is being read: pieces before the one at hand. */
  #pending: string[] = []
  #pendingCharacters = 0
  /** Of brackets, within a row; -1: behind the list. */
  #depth = 0
  #isInString = false
  /** Backslashes that the last piece ended with, in a string. */
  #escapes = 0

  constructor(partCharacters = PART_CHARACTERS) {
    this.#partCharacters = partCharacters
  }

  /** The next bytes of the answer. */
  push(bytes: Buffer): void {
    this.#add(this.#decoder.write(bytes))
  }

  /** There are no more. */
  end(): Parts {
    this.#add(this.#decoder.end())
    const rest = this.#pending.join('')
    const noRow = this.#parts.length > 0 && /^\s*\]/.test(rest) ? NO_JSON : ''
    const [first = '', ...others] = [...this.#parts, (this.#head ?? '') + noRow + rest]
    return [first, ...others]
  }

  #add(piece: string): void {
    let text = piece
    if (this.#head === null) {
      text = this.#pending.join('') + piece
      this.#pending = []
      const head = HEAD.exec(text)?.[0]
      if (head === undefined && text.length < HEAD_CHARACTERS) {
        this.#pending.push(text)
        return
      }
      this.#head = head ?? ''
      text = text.slice(this.#head.length)
    }
    const rest = this.#head === '' ? text : this.#cut(text)
    this.#pending.push(rest)
    this.#pendingCharacters += rest.length
  }

  /** Gives what is left behind the last cut. */
  #cut(text: string): string {
    let start = 0
    let at = this.#isInString ? this.#endOfString(text, 0) : 0
    for (; at < text.length && this.#depth >= 0; at++) {
      const code = text.charCodeAt(at)
      if (code === QUOTE) at = this.#endOfString(text, at + 1) - 1
      else if (code === OPEN_OBJECT || code === OPEN_LIST) this.#depth++
      else if (code === CLOSE_OBJECT || code === CLOSE_LIST) this.#depth--
      else if (code === COMMA && this.#depth === 0 && this.#pendingCharacters + at - start >= this.#partCharacters) {
        const rows = this.#pending.join('') + text.slice(start, at)
        this.#parts.push(`${this.#head}${/\S/.test(rows) ? rows : NO_JSON}]}`)
        this.#pending = []
        this.#pendingCharacters = 0
        start = at + 1
      }
    }
    return text.slice(start)
  }

  /** The place behind the string that goes on at `start`; the text's end, where the string goes on behind it. */
  #endOfString(text: string, start: number): number {
    for (let from = start; ; ) {
      const quote = text.indexOf('"', from)
      const end = quote < 0 ? text.length : quote
      let escapes = 0
      while (end - escapes > start && text.charCodeAt(end - escapes - 1) === BACKSLASH) escapes++
      if (end - escapes === start && this.#isInString) escapes += this.#escapes
      if (quote < 0) {
        this.#isInString = true
        this.#escapes = escapes % 2
        return end
      }
      if (escapes % 2 === 0) {
        this.#isInString = false
        this.#escapes = 0
        return quote + 1
      }
      from = quote + 1
    }
  }
}
