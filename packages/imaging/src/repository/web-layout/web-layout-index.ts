import type { HttpConnection } from '../http/http-connection.ts';
import { isWebPage } from '../http/http-exchange.ts';
import { readAnswer } from '../http/read-answer.ts';
import { emptyIndex, type LayoutIndexFile, notALayout, parseLayoutIndex } from '../layout/layout-entries.ts';
import type { ReadOptions } from '../repository.ts';

/** After so long without a change, the next one gets another time. */
const settledMs = 2_000;

/** An `index.json` as it was last read, and how to ask whether it is still that. */
interface KnownIndex {
  readonly validators: Readonly<Record<string, string>>;
  readonly file: LayoutIndexFile;
}

/**
 * The `index.json` of a layout on a web server. It is asked for anew each time, so that a moved tag is seen at once;
 * what has not changed is not sent again.
 */
export class WebLayoutIndex {
  readonly #connection: HttpConnection;
  readonly #url: URL;
  #known: KnownIndex | undefined;

  constructor(connection: HttpConnection, url: URL) {
    this.#connection = connection;
    this.#url = url;
  }

  /**
   * Empty where there is no layout.
   *
   * @throws {REPOSITORY_ANSWER_UNEXPECTED} when there is something else
   */
  read(options: ReadOptions): Promise<LayoutIndexFile> {
    return this.#connection.repeat(() => this.#readOnce(options), options.signal);
  }

  async #readOnce({ signal, meter }: ReadOptions): Promise<LayoutIndexFile> {
    const known = this.#known;
    const answer = await this.#connection.sendOnce({
      method: 'GET',
      url: this.#url,
      // A cache on the way has to ask the server too.
      headers: { 'cache-control': 'no-cache', ...known?.validators },
      signal,
      meter,
    });
    if (answer.status === 304 && known !== undefined) {
      await answer.discard();
      return known.file;
    }
    if (answer.status === 404) {
      await answer.discard();
      return emptyIndex;
    }
    if (answer.status !== 200) {
      await answer.discard();
      throw this.#connection.unexpected(`it answers with HTTP ${answer.status} to index.json`);
    }
    if (isWebPage(answer)) {
      await answer.discard();
      throw notALayout(this.#connection.location, 'a web page is in the place of its index.json');
    }
    const bytes = await readAnswer(this.#connection, answer, { signal, meter });
    const file = parseLayoutIndex(this.#connection.location, Buffer.from(bytes).toString('utf8'));
    this.#known = { file, validators: validatorsOf(answer.headers) };
    return file;
  }
}

/**
 * RFC 9110, 13.1: an entity tag is asked about where there is one, else the time of change. Neither tells two changes
 * within one second apart (web servers make the tag of time and size; 8.8.2.2), so a fresh index is asked for whole.
 */
function validatorsOf(headers: ReadonlyMap<string, string>): Record<string, string> {
  const [etag, lastModified] = [headers.get('etag'), headers.get('last-modified')];
  const ageMs = Date.parse(headers.get('date') ?? '') - Date.parse(lastModified ?? '');
  if (lastModified !== undefined && !(ageMs >= settledMs)) return {};
  if (etag !== undefined) return { 'if-none-match': etag };
  return lastModified === undefined ? {} : { 'if-modified-since': lastModified };
}
