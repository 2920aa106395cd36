import { existsSync, statSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import * as z from 'zod';
import { readProcFile, readSmallFile } from './smallFile';

/**
 * Which node of the testbed Chameleon this is, in the keys of a session's `environment`. null: its vendor data does not say it.
 * The node's type was in none that we could find described; it is taken where it stands there as `node_type`.
 */
export type ChameleonNode = { nodeUuid: string | null; nodeType: string | null; site: string | null };

/** Of OpenStack's metadata service, at a link-local address: what answers it is the machine's own cloud. */
const metadataService = 'http://169.254.169.254';
/** Chameleon's part below its name, and as older sites have it: whole. */
const documents = ['/openstack/latest/vendor_data2.json', '/openstack/latest/vendor_data.json'];
const mostBytes = 64 << 10;

/** Programs that Chameleon puts into its images (ChameleonCloud/CC-Images, CC-Ubuntu, cc-snapshot). */
const programs = ['usr/local/bin/cc-read-vendordata', 'usr/bin/cc-read-vendordata', 'usr/bin/cc-snapshot'];
/** What those images fetch of the vendor data after each boot and once an hour, for their message of the day. */
const cache = 'var/cache/vendordata2.json';

/**
 * What the image has kept of the vendor data, at once; else what the metadata service answers within a second, where
 * what lies on this machine says that it is Chameleon's. Elsewhere nothing is asked (`asked` null). Vendor data has held
 * passwords: three words are taken out of it, and nothing else is kept. Never throws nor rejects.
 *
 * @param others than the defaults are for tests
 */
export function chameleonNode({ root = '/', service = metadataService, longestMs = 1000 } = {}): {
  known: ChameleonNode | null;
  asked: Promise<ChameleonNode | null> | null;
} {
  const known = keptNode(root);
  return { known, asked: known === null && isChameleon(root) ? askNode(service, longestMs) : null };
}

/** A copy from before this boot came with a snapshot of another node's disk. */
function keptNode(root: string): ChameleonNode | null {
  const bootedSeconds = Number(/^btime (\d+)$/m.exec(readProcFile(join(root, 'proc/stat')) ?? '')?.[1] ?? Infinity);
  const file = join(root, cache);
  const changedMs = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return changedMs < 1000 * bootedSeconds ? null : nodeIn(readSmallFile(file).text ?? '');
}

/**
 * One of its images, set up by its cloud-init from a metadata service (older images take the one in the manner of EC2). A node of
 * bare metal shows no sign of OpenStack in its BIOS.
 */
function isChameleon(root: string): boolean {
  if (!programs.some((program) => existsSync(join(root, program)))) return false;
  const { text } = readSmallFile(join(root, 'run/cloud-init/result.json'));
  const result = cloudInitSchema.safeParse(parsed(text ?? ''));
  return result.success && /^DataSource(OpenStack|ConfigDrive|Ec2)/.test(result.data.v1.datasource);
}
const cloudInitSchema = z.object({ v1: z.object({ datasource: z.string() }) });

async function askNode(service: string, longestMs: number): Promise<ChameleonNode | null> {
  const signal = AbortSignal.timeout(longestMs);
  for (const document of documents) {
    const node = nodeIn(await fetched(service + document, signal));
    if (node !== null) return node;
  }
  return null;
}

/** Straight from the address: an agent of its own knows no proxy, and a redirection is not an answer. Empty where there is none. */
function fetched(url: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    const request = get(url, { agent: new Agent(), signal, headers: { accept: 'application/json' } }, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        if ((bytes += chunk.length) > mostBytes) giveUp();
      });
      response.on('error', giveUp);
      response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
      if (response.statusCode !== 200) giveUp();
    });
    const giveUp = () => {
      resolve('');
      request.destroy();
    };
    request.on('error', giveUp);
    request.on('close', giveUp);
  });
}

/** A uuid, `compute_cascadelake_r_ib`, `CHI@UC`; whatever else stands there is not known. */
const word = z
  .string()
  .regex(/^[\w.@:-]{1,100}$/)
  .nullable()
  .catch(null);
const nodeSchema = z.object({ node: word, node_type: word, region: word, site: word });

function nodeIn(text: string): ChameleonNode | null {
  const value = parsed(text);
  const { chameleon } = z.object({ chameleon: z.unknown() }).safeParse(value).data ?? {};
  const result = nodeSchema.safeParse(chameleon ?? value);
  if (!result.success) return null;
  const { node, node_type: nodeType, region, site } = result.data;
  return node === null ? null : { nodeUuid: node, nodeType, site: region ?? site };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
