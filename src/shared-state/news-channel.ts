import { createRedisEventTarget } from '@graphql-yoga/redis-event-target'
import type { Redis } from 'ioredis'
import type { News } from '../operations/lookout.ts'
import type { RedisLink } from './redis.ts'

export interface Message extends News {
  readonly id: string
}

/** Tells the other processes at once that there is news. What gets lost they find by the id that Redis keeps. */
export interface NewsChannel {
  tell(digest: string, message: Message): void
  /** Answers how to stop listening. */
  listen(digest: string, onMessage: (message: Message) => void): () => void
}

export function createNewsChannel({ commands, subscriber }: RedisLink): NewsChannel {
  const target = createRedisEventTarget<CustomEvent<Message>>({
    // It calls these alone, and leaves what they reject with unhandled, which would end the process.
    publishClient: {
      publish: (channel: string, text: string) => commands.publish(channel, text).catch(() => {}),
    } as unknown as Redis,
    subscribeClient: {
      on: (event: 'message', listener: (channel: string, text: string) => void) => subscriber.on(event, listener),
      subscribe: (channel: string) => subscriber.subscribe(channel).catch(() => {}),
      unsubscribe: (channel: string) => subscriber.unsubscribe(channel).catch(() => {}),
    } as unknown as Redis,
    serializer: { stringify: (message) => JSON.stringify(message), parse: messageOf },
  })
  return {
    tell: (digest, message) => {
      target.dispatchEvent(new CustomEvent(topicOf(digest), { detail: message }))
    },
    listen: (digest, onMessage) => {
      const listener = ({ detail }: CustomEvent<Message>) => onMessage(detail)
      target.addEventListener(topicOf(digest), listener)
      return () => target.removeEventListener(topicOf(digest), listener)
    },
  }
}

const topicOf = (digest: string) => `cloudnet:{${digest}}:news`

/** Never throws: it is called where nothing catches. What cannot be read is news too. */
function messageOf(text: string): Message {
  try {
    const { id, whole } = JSON.parse(text) as Partial<Message>
    return { id: String(id), whole: whole !== false }
  } catch {
    return { id: text, whole: true }
  }
}
