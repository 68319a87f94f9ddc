/**
 * Executes a plan, by the rules of the specification (GraphQL 6.3, 6.4) and with the words of graphql's own executor, which
 * the tests hold it against. What is there is answered synchronously, unless that takes so long that others must have a turn.
 * Every value is a step of what the answer costs, and every item of a list of things a row; over the limits it ends at once.
 *
 * A list may be any iterable but an async one: graphql 17 takes those as well, but no resolver of ours gives one.
 */
import { type ExecutionResult, GraphQLError, getArgumentValues, isObjectType, type VariableValues } from 'graphql'
import type { MaybePromise } from '../../graph/maybe.ts'
import { Cost } from '../../schema/cost.ts'
import { FieldErrors } from './field-errors.ts'
import { Info, type Path } from './info.ts'
import type { AbstractPlan, FieldPlan, LazyObject, ObjectPlan, QueryPlan, ValuePlan } from './plan.ts'
import { hearAll, isIterable, isPromise, isPromiseLike, settled } from './promises.ts'
import { type EventLoop, Turns } from './turns.ts'
import { toBeWritten } from './written.ts'

/** One execution of a plan. */
export interface Execution {
  readonly plan: QueryPlan
  readonly rootValue: unknown
  readonly contextValue: unknown
  readonly variableValues: VariableValues
}

type Answer = Record<string, unknown>

/** Each is made, located and told with hints, which takes as long as so many values. */
const STEPS_AN_ERROR = 50

const UNBOUNDED = { maxRows: Number.POSITIVE_INFINITY, maxSteps: Number.POSITIVE_INFINITY }

/** What the context brings along is told what the answer costs. `loop` is for tests. */
export function run(execution: Execution, loop?: EventLoop): MaybePromise<ExecutionResult> {
  const { cost } = (execution.contextValue ?? {}) as { cost?: unknown }
  return new Run(execution, cost instanceof Cost ? cost : new Cost(UNBOUNDED), loop).answer()
}

class Run implements Execution {
  readonly plan: QueryPlan
  readonly rootValue: unknown
  readonly contextValue: unknown
  readonly variableValues: VariableValues
  readonly #cost: Cost
  readonly #isQuery: boolean
  readonly #turns: Turns
  readonly #errors = new FieldErrors()
  /** Of a change that is answered again, as all of it was too much: its lists are not counted, and what may be null is. */
  #isBrief = false
  readonly #arguments = new Map<FieldPlan, Record<string, unknown>>()

  constructor({ plan, rootValue, contextValue, variableValues }: Execution, cost: Cost, loop?: EventLoop) {
    this.#cost = cost
    this.#isQuery = plan.operation.operation === 'query'
    this.#turns = new Turns(cost, loop)
    this.plan = plan
    this.rootValue = rootValue
    this.contextValue = contextValue
    this.variableValues = variableValues
  }

  answer(): MaybePromise<ExecutionResult> {
    try {
      const { root, operation } = this.plan
      const data =
        operation.operation === 'mutation'
          ? this.#oneByOne(root, this.rootValue)
          : this.#object(root, this.rootValue, undefined)
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
    // Located where it was thrown, unless the whole document is at fault.
    this.#errors.add(error instanceof GraphQLError ? error : new GraphQLError(String(error)), undefined)
    return this.#result(null)
  }

  /** Changes are made in the order in which they stand. */
  async #oneByOne({ fields, empty }: ObjectPlan, source: unknown): Promise<Answer> {
    const answer: Answer = { ...empty }
    for (const field of fields) answer[field.key] = await this.#change(field, source)
    return answer
  }

  /** What was made is told, though all that is selected of it may be too much: then without what may be null. */
  async #change(field: FieldPlan, source: unknown): Promise<unknown> {
    const path = pathOf(field, undefined)
    try {
      const value = await this.#resolve(field, source, path, undefined)
      try {
        return await this.#complete(field.value, field, path, value)
      } catch (error) {
        if (!this.#cost.refusal) throw error
        this.#isBrief = true
        return await this.#complete(field.value, field, path, value)
      } finally {
        this.#isBrief = false
      }
    } catch (error) {
      return this.#errors.caught(error, field.value, field, path)
    }
  }

  #object(plan: ObjectPlan, source: unknown, path: Path | undefined): MaybePromise<Answer> {
    const { fields, empty } = plan
    this.#cost.steps += fields.length
    const answer: Answer = { ...empty }
    let pending: string[] | undefined
    try {
      for (let at = 0; at < fields.length; at++) {
        const field = fields[at] as FieldPlan
        if (!field.isLeaf && this.#isOver()) return this.#restOfObject(plan, source, path, answer, at)
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

  /** Goes on with an object from that field on, when others have had their turn. */
  async #restOfObject(
    { fields }: ObjectPlan,
    source: unknown,
    path: Path | undefined,
    answer: Answer,
    from: number,
  ): Promise<Answer> {
    hearAll(Object.values(answer)) // it is told at the end
    for (const field of fields.slice(from)) {
      while (this.#isOver()) await this.#othersTurn()
      const value = this.#field(field, source, path)
      if (isPromise(value)) hearAll([value])
      answer[field.key] = value
    }
    return settled(
      answer,
      fields.map(({ key }) => key).filter((key) => isPromise(answer[key])),
    )
  }

  async #othersTurn(): Promise<void> {
    await this.#turns.next()
    this.#errors.throwIfDone()
  }

  #field(field: FieldPlan, source: unknown, parentPath: Path | undefined): unknown {
    const plan = field.value
    if (this.#isBrief && !plan.nonNull && !field.isLeaf) return null
    const path = plan.kind === 'leaf' ? undefined : pathOf(field, parentPath)
    try {
      const value = this.#resolve(field, source, path, parentPath)
      if (isPromiseLike(value)) return this.#later(value, plan, field, path ?? pathOf(field, parentPath))
      const completed = this.#complete(plan, field, path, value)
      return isPromise(completed) ? this.#heard(completed, plan, field, path ?? pathOf(field, parentPath)) : completed
    } catch (error) {
      return this.#caught(error, plan, field, path ?? pathOf(field, parentPath))
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
        return this.#checked(plan, field, path, value)
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
    const isArray = Array.isArray(value)
    const isRows = plan.kind !== 'leaf'
    if (isArray) this.#listed(value.length, isRows)
    const answers: unknown[] = []
    let isPending = false
    try {
      for (const item of value) {
        if (!isArray) this.#listed(1, isRows)
        else if (this.#isOver()) return this.#rest(plan, field, path, value, answers)
        const answer = this.#item(plan, field, { prev: path, key: answers.length, typename: undefined }, item)
        answers.push(answer)
        isPending ||= isPromise(answer)
      }
    } catch (error) {
      hearAll(answers)
      if (isArray) hearAll(value)
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
    for (let at = answers.length; at < items.length; at++) {
      while (this.#isOver()) await this.#othersTurn()
      const answer = this.#item(plan, field, { prev: path, key: at, typename: undefined }, items[at])
      if (isPromise(answer)) hearAll([answer])
      answers.push(answer)
    }
    return Promise.all(answers)
  }

  #listed(items: number, isRows: boolean): void {
    this.#cost.steps += items
    if (isRows && !this.#isBrief) this.#cost.addRows(items)
  }

  #item(plan: ValuePlan, field: FieldPlan, path: Path, item: unknown): unknown {
    try {
      if (isPromiseLike(item)) return this.#later(item, plan, field, path)
      const completed = this.#complete(plan, field, path, item)
      return isPromise(completed) ? this.#heard(completed, plan, field, path) : completed
    } catch (error) {
      return this.#caught(error, plan, field, path)
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

  #checked(plan: LazyObject, field: FieldPlan, path: Path | undefined, value: unknown): MaybePromise<Answer> {
    if (!plan.type.isTypeOf) return this.#object(plan.object(), value, path)
    const is = plan.type.isTypeOf(value, this.contextValue, new Info(this, field, path as Path))
    return this.#ifOfType(is, plan, field, path, value)
  }

  #ifOfType(
    is: MaybePromise<boolean>,
    plan: LazyObject,
    field: FieldPlan,
    path: Path | undefined,
    value: unknown,
  ): MaybePromise<Answer> {
    const check = (there: boolean) => {
      if (there) return this.#object(plan.object(), value, path)
      throw new GraphQLError(`Expected value of type "${plan.type.name}".`, { nodes: field.nodes })
    }
    if (!isPromiseLike(is)) return check(is)
    return is.then((there) => {
      this.#errors.throwIfDone()
      return check(there)
    })
  }

  #runtimePlan(plan: AbstractPlan, field: FieldPlan, name: string | undefined): LazyObject {
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
      while (!field.isLeaf && this.#turns.isLate()) await this.#othersTurn()
      const completed = this.#complete(plan, field, path, there)
      return isPromise(completed) ? await completed : completed
    } catch (error) {
      return this.#caught(error, plan, field, path)
    }
  }

  /** Whether others shall have their turn. Looks at the cost, too; of a change it is told what fits, so that its lists end alone. */
  #isOver(): boolean {
    if (!this.#turns.isLookDue) return false
    if (this.#isQuery) this.#cost.check()
    return this.#turns.isOver()
  }

  /** A query that costs too much ends, whatever may be null in it. */
  #caught(error: unknown, plan: ValuePlan, field: FieldPlan, path: Path): null {
    const { refusal } = this.#cost
    this.#cost.steps += STEPS_AN_ERROR
    if (refusal && error === refusal && this.#isQuery) throw error
    return this.#errors.caught(error, plan, field, path)
  }

  #heard(completed: Promise<unknown>, plan: ValuePlan, field: FieldPlan, path: Path): Promise<unknown> {
    return completed.then(undefined, (error) => this.#caught(error, plan, field, path))
  }
}

function pathOf({ key, parentType }: FieldPlan, prev: Path | undefined): Path {
  return { prev, key, typename: parentType.name }
}
