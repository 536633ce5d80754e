#include <jansson.h>
// json_decref is a static inline that Swift imports; the type tests are macros.
static inline int cj_typeof(const json_t *value) { return json_typeof(value); }
static inline int cj_is_true(const json_t *value) { return json_is_true(value); }
