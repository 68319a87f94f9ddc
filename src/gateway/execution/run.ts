/**
 * Executes a plan, by the rules of the specification (GraphQL 6.3, 6.4) and with the words of graphql's own executor, which
 * the tests hold it against. What is there is answered synchronously, unless that takes so long that others must have a turn.
 *
 * A list may be any iterable but an async one: graphql 17 takes those as well, but no resolver of ours gives one.
 */
import { type ExecutionResult, GraphQLError, getArgumentValues, isObjectType, type VariableValues } from 'graphql'
import type { MaybePromise } from '../../graph/maybe.ts'
import { FieldErrors } from './field-errors.ts'
import { Info, type Path } from './info.ts'
import type { AbstractPlan, FieldPlan, ObjectPlan, QueryPlan, ValuePlan } from './plan.ts'
import { hearAll, isIterable, isPromise, isPromiseLike, settled } from './promises.ts'
import { type Pace, Turns } from './turns.ts'
import { toBeWritten } from './written.ts'

/** One execution of a plan. */
export interface Execution {
  readonly plan: QueryPlan
  readonly rootValue: unknown
  readonly contextValue: unknown
  readonly variableValues: VariableValues
}

type Answer = Record<string, unknown>

/** `pace` is for tests. */
export function run(execution: Execution, pace?: Pace): MaybePromise<ExecutionResult> {
  return new Run(execution, new Turns(pace)).answer()
}

class Run implements Execution {
  readonly plan: QueryPlan
  readonly rootValue: unknown
  readonly contextValue: unknown
  readonly variableValues: VariableValues
  readonly #turns: Turns
  readonly #errors = new FieldErrors()
  readonly #arguments = new Map<FieldPlan, Record<string, unknown>>()

  constructor({ plan, rootValue, contextValue, variableValues }: Execution, turns: Turns) {
    this.#turns = turns
    this.plan = plan
    this.rootValue = rootValue
    this.contextValue = contextValue
    this.variableValues = variableValues
  }

  answer(): MaybePromise<ExecutionResult> {
    try {
      const data = this.#object(this.plan.root, this.rootValue, undefined)
      return isPromise(data)
        ? data.then(
            (there) => this.#result(there),
            (error) => this.#failed(error),
          )
        : this.#result(data)
    } catch (error) {
      return this.#failed(error)
    }
  }

  #result(data: Answer | null): ExecutionResult {
    this.#errors.end()
    if (this.#errors.all.length > 0) return { errors: this.#errors.all, data }
    return toBeWritten(data)
  }

  #failed(error: unknown): ExecutionResult {
    this.#errors.add(error as GraphQLError, undefined) // located where it was thrown
    return this.#result(null)
  }

  #object({ fields, empty }: ObjectPlan, source: unknown, path: Path | undefined): MaybePromise<Answer> {
    const answer: Answer = { ...empty }
    let pending: string[] | undefined
    try {
      for (const field of fields) {
        const value = this.#field(field, source, path)
        answer[field.key] = value
        if (isPromise(value)) {
          if (pending) pending.push(field.key)
          else pending = [field.key]
        }
      }
    } catch (error) {
      // What is null already waits for nothing; the promises already there may reject as well, and somebody has to hear it.
      if (pending) hearAll(pending.map((key) => answer[key]))
      throw error
    }
    return pending ? settled(answer, pending) : answer
  }

  #field(field: FieldPlan, source: unknown, parentPath: Path | undefined): unknown {
    const plan = field.value
    const path = plan.kind === 'leaf' ? undefined : pathOf(field, parentPath)
    try {
      const value = this.#resolve(field, source, path, parentPath)
      if (isPromiseLike(value)) return this.#later(value, plan, field, path ?? pathOf(field, parentPath))
      const completed = this.#complete(plan, field, path, value)
      return isPromise(completed) ? this.#heard(completed, plan, field, path ?? pathOf(field, parentPath)) : completed
    } catch (error) {
      return this.#errors.caught(error, plan, field, path ?? pathOf(field, parentPath))
    }
  }

  /** Most values are just there, and asking the default resolver for one would take an info for each. */
  #resolve(field: FieldPlan, source: unknown, path: Path | undefined, parentPath: Path | undefined): unknown {
    const given = this.#argumentsOf(field)
    if (field.property !== null && typeof source === 'object' && source !== null) {
      const value = (source as Record<string, unknown>)[field.property]
      if (typeof value !== 'function') return value
    }
    const info = field.takesInfo ? new Info(this, field, path ?? pathOf(field, parentPath)) : undefined
    return field.resolve(source, given, this.contextValue, info as Info)
  }

  /** Without a path for leaves only. */
  #complete(plan: ValuePlan, field: FieldPlan, path: Path | undefined, value: unknown): unknown {
    if (value == null || value instanceof Error) {
      if (value instanceof Error) throw value
      if (!plan.nonNull) return null
      const { parentType, definition } = field
      throw new Error(`Cannot return null for non-nullable field ${parentType.name}.${definition.name}.`)
    }
    switch (plan.kind) {
      case 'leaf': {
        const serialized = plan.type.coerceOutputValue(value)
        if (serialized != null) return serialized
        throw new Error(`Expected \`${plan.type.name}.coerceOutputValue()\` to return non-nullable value.`)
      }
      case 'list':
        return this.#list(plan.item, field, path, value)
      case 'object':
        return this.#checked(plan.object(), field, path, value)
      case 'abstract':
        return this.#abstract(plan, field, path as Path, value)
    }
  }

  #list(plan: ValuePlan, field: FieldPlan, path: Path | undefined, value: unknown): unknown {
    if (!isIterable(value)) {
      const { parentType, definition } = field
      throw new GraphQLError(
        `Expected Iterable, but did not find one for field "${parentType.name}.${definition.name}".`,
      )
    }
    const answers: unknown[] = []
    let isPending = false
    try {
      for (const item of value) {
        if (this.#turns.isOver() && Array.isArray(value)) return this.#rest(plan, field, path, value, answers)
        const answer = this.#item(plan, field, { prev: path, key: answers.length, typename: undefined }, item)
        answers.push(answer)
        isPending ||= isPromise(answer)
      }
    } catch (error) {
      hearAll(answers)
      if (Array.isArray(value)) hearAll(value)
      throw error
    }
    return isPending ? Promise.all(answers) : answers
  }

  /** Goes on with a list behind the answers given, when others have had their turn. */
  async #rest(
    plan: ValuePlan,
    field: FieldPlan,
    path: Path | undefined,
    items: readonly unknown[],
    answers: unknown[],
  ): Promise<unknown[]> {
    // Whatever fails while we wait is told at the end, all the same.
    hearAll(answers)
    hearAll(items)
    await this.#turns.next()
    this.#errors.throwIfDone()
    for (let at = answers.length; at < items.length; at++) {
      if (this.#turns.isOver()) {
        await this.#turns.next()
        this.#errors.throwIfDone()
      }
      const answer = this.#item(plan, field, { prev: path, key: at, typename: undefined }, items[at])
      if (isPromise(answer)) hearAll([answer])
      answers.push(answer)
    }
    return Promise.all(answers)
  }

  #item(plan: ValuePlan, field: FieldPlan, path: Path, item: unknown): unknown {
    try {
      if (isPromiseLike(item)) return this.#later(item, plan, field, path)
      const completed = this.#complete(plan, field, path, item)
      return isPromise(completed) ? this.#heard(completed, plan, field, path) : completed
    } catch (error) {
      return this.#errors.caught(error, plan, field, path)
    }
  }

  #abstract(plan: AbstractPlan, field: FieldPlan, path: Path, value: unknown): unknown {
    const type = plan.resolveType(value, this.contextValue, new Info(this, field, path), plan.type)
    return isPromiseLike(type)
      ? type.then((there) => {
          this.#errors.throwIfDone()
          return this.#checked(this.#runtimePlan(plan, field, there), field, path, value)
        })
      : this.#checked(this.#runtimePlan(plan, field, type), field, path, value)
  }

  #checked(plan: ObjectPlan, field: FieldPlan, path: Path | undefined, value: unknown): MaybePromise<Answer> {
    if (!plan.type.isTypeOf) return this.#object(plan, value, path)
    const is = plan.type.isTypeOf(value, this.contextValue, new Info(this, field, path as Path))
    return this.#ifOfType(is, plan, field, path, value)
  }

  #ifOfType(
    is: MaybePromise<boolean>,
    plan: ObjectPlan,
    field: FieldPlan,
    path: Path | undefined,
    value: unknown,
  ): MaybePromise<Answer> {
    const check = (there: boolean) => {
      if (there) return this.#object(plan, value, path)
      throw new GraphQLError(`Expected value of type "${plan.type.name}".`, { nodes: field.nodes })
    }
    if (!isPromiseLike(is)) return check(is)
    return is.then((there) => {
      this.#errors.throwIfDone()
      return check(there)
    })
  }

  #runtimePlan(plan: AbstractPlan, field: FieldPlan, name: string | undefined): ObjectPlan {
    const type = typeof name === 'string' ? this.plan.schema.getType(name) : undefined
    if (isObjectType(type) && this.plan.schema.isSubType(plan.type, type)) return plan.objectOf(type)
    throw new GraphQLError(`Abstract type "${plan.type.name}" was resolved to "${name}", which is none of its types.`, {
      nodes: field.nodes,
    })
  }

  #argumentsOf(field: FieldPlan): Record<string, unknown> {
    if (field.fixedArguments) return field.fixedArguments
    const held = this.#arguments.get(field)
    if (held) return held
    const made = getArgumentValues(field.definition, field.nodes[0] as (typeof field.nodes)[0], this.variableValues)
    this.#arguments.set(field, made)
    return made
  }

  /**
   * What has to be waited for goes on in methods of its own: a closure in those above would have V8 make room for what it sees
   * at every value, also where nothing waits, which was a third of what an execution left behind.
   *
   * They wait in as many steps as graphql's own executor: of several errors that race to one null the same one is told.
   */
  async #later(value: PromiseLike<unknown>, plan: ValuePlan, field: FieldPlan, path: Path): Promise<unknown> {
    try {
      const there = await value
      this.#errors.throwIfDone()
      const completed = this.#complete(plan, field, path, there)
      return isPromise(completed) ? await completed : completed
    } catch (error) {
      return this.#errors.caught(error, plan, field, path)
    }
  }

  #heard(completed: Promise<unknown>, plan: ValuePlan, field: FieldPlan, path: Path): Promise<unknown> {
    return completed.then(undefined, (error) => this.#errors.caught(error, plan, field, path))
  }
}

function pathOf({ key, parentType }: FieldPlan, prev: Path | undefined): Path {
  return { prev, key, typename: parentType.name }
}
