/** `links`: absolute URLs built from the base URL that the cloud was started at. */
import type { WireLink } from '../cloud/cyclades/wire.ts'

export class Links {
  /** `http://127.0.0.1:4100` */
  readonly root: string

  constructor(root: string) {
    this.root = root
  }

  /** `self` and `bookmark`, always equal. */
  to(collection: string, id: number | string): WireLink[] {
    const href = `${this.root}/compute/v2.0/${collection}/${id}`
    return [
      { rel: 'self', href },
      { rel: 'bookmark', href },
    ]
  }

  /** Images have a third link, into the image service (which the embedded cloud does not have). */
  toImage(id: string): WireLink[] {
    return [...this.to('images', id), { rel: 'alternate', href: `${this.root}/image/v1.0/images/${id}` }]
  }
}
