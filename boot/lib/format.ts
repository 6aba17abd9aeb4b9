/** Beginnings by which formats are known, in the order in which they are tried. Those of cloud-init keep working. */
const FORMATS: [RegExp, string][] = [
  [/^#cloud-config-archive\b/, 'a cloud-config archive of cloud-init'],
  [/^#cloud-config\b/, 'cloud-config of cloud-init'],
  [/^#cloud-boothook\b/, 'a boothook of cloud-init'],
  [/^#include(-once)?\b/, 'an include file of cloud-init'],
  [/^#part-handler\b/, 'a part handler of cloud-init'],
  [/^#upstart-job\b/, 'an upstart job of cloud-init'],
  [/^## template: *jinja\b/, 'a Jinja template of cloud-init'],
  [/^#!/, 'a script, which cloud-init runs'],
  [/^(Content-Type|MIME-Version|From):/i, 'a MIME archive of cloud-init'],
  [/^<(powershell|script)>/i, 'a script for Windows'],
  [/^</, 'XML or HTML'],
  [/^[{[]/, 'JSON that is damaged'],
  [/^(?:[A-Za-z0-9+/]{4}){2,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, 'Base64: was it encoded twice?'],
  [/^(---|[\w-]+:)(\s|$)/, 'YAML'],
];

/** Says what a document that is not JSON looks like, from its beginning, without quoting it. */
export function looksLike(data: Buffer): string {
  if (data[0] === 0x1f && data[1] === 0x8b) return 'gzip, which cloud-init unpacks';
  if (data[0] === 0x50 && data[1] === 0x4b) return 'a ZIP archive';
  if (['fffe', 'feff'].includes(data.subarray(0, 2).toString('hex'))) return 'UTF-16 text: save it as UTF-8';
  const text = data.toString('utf8');
  if (!Buffer.from(text).equals(data)) return 'binary data';
  const lines = text.trim().replace(/[\r\n]+/g, '');
  for (const [beginning, format] of FORMATS) {
    if (beginning.test(format.startsWith('Base64') ? lines : text.trimStart())) return format;
  }
  return 'plain text';
}
