# What users write is theirs alone, unless they say otherwise.
umask 077
