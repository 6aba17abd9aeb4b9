/** What root expects of a shell; rc.local's own PATH differs from system to system. */
export const PATH = '/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin';
