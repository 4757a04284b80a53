/* A fingerprint to be read aloud: our own 256 common words, one for each byte, so that a word is 8
 * bits. The list never changes: what was written down must stay right. */
#include <string.h>
#include "protocol/base/str.h"
#include "protocol/net/tls.h"

static const char words[256][8] = {
    /* clang-format off */
    "acorn", "agate", "alder", "almond", "amber", "anchor", "apple", "apron", "arrow", "aspen",
    "atlas", "autumn", "badge", "bagel", "bamboo", "banana", "barn", "basil", "basket",
    "beacon", "beaver", "bell", "berry", "birch", "bison", "blanket", "boat", "bonnet",
    "bottle", "branch", "bread", "breeze", "brick", "bridge", "bronze", "brook", "brush",
    "bucket", "butter", "button", "cabin", "cactus", "camel", "candle", "canoe", "canvas",
    "canyon", "carbon", "carrot", "castle", "cedar", "cellar", "cello", "chalk", "cherry",
    "chess", "chimney", "cider", "cinema", "circle", "citrus", "clay", "cliff", "clock",
    "clover", "cobalt", "cobra", "coffee", "comet", "compass", "copper", "coral", "corner",
    "cosmos", "cotton", "cousin", "crane", "crater", "crayon", "cricket", "crystal", "curtain",
    "daisy", "dancer", "dawn", "delta", "denim", "desert", "diamond", "dinner", "dolphin",
    "domino", "donkey", "door", "dragon", "drum", "eagle", "easel", "echo", "elbow", "elder",
    "ember", "engine", "falcon", "farmer", "feather", "fern", "ferry", "fiddle", "finch",
    "flame", "flint", "flute", "forest", "fossil", "fox", "galaxy", "garden", "garlic",
    "garnet", "gecko", "ginger", "giraffe", "glacier", "glove", "goblet", "goose", "granite",
    "grape", "guitar", "hammer", "harbor", "harp", "harvest", "hazel", "helmet", "heron",
    "hickory", "hill", "honey", "hornet", "hotel", "iceberg", "igloo", "indigo", "island",
    "ivory", "jacket", "jaguar", "jasmine", "jelly", "jigsaw", "juniper", "kayak", "kernel",
    "kettle", "kitchen", "kite", "kiwi", "koala", "ladder", "lagoon", "lantern", "laurel",
    "lemon", "lentil", "lilac", "lily", "linen", "lion", "lizard", "lobster", "locket", "lotus",
    "lunar", "magnet", "magpie", "mango", "maple", "marble", "market", "meadow", "melon",
    "mercury", "mirror", "mitten", "monsoon", "moose", "mosaic", "muffin", "museum", "mustard",
    "nectar", "needle", "nickel", "nutmeg", "oak", "oasis", "oboe", "ocean", "olive", "onion",
    "opal", "orbit", "orchid", "otter", "oyster", "paddle", "palace", "panda", "papaya",
    "parsley", "pebble", "pelican", "pencil", "pepper", "piano", "picnic", "pigeon", "pillow",
    "pilot", "planet", "plum", "pocket", "pollen", "poppy", "potato", "prairie", "puffin",
    "pumpkin", "puzzle", "pyramid", "quartz", "quill", "rabbit", "radish", "raft", "rainbow",
    "raven", "ribbon", "river", "robin", "rocket", "saddle", "saffron", "salmon", "sandal",
    "sapling", "satin", "scarf", "sesame", "shadow", "silver", "sparrow", "spinach", "spoon",
    /* clang-format on */
};

bool tls_words(const char *fingerprint, char out[TLS_WORDS_SIZE])
{
    uint8_t bytes[(TLS_FINGERPRINT_SIZE - 1) / 2];
    out[0] = '\0';
    if (!str_unhex(fingerprint, bytes, sizeof bytes))
        return false;
    size_t at = 0;
    for (size_t i = 0; i < TLS_WORDS; i++) {
        str_format(out + at, TLS_WORDS_SIZE - at, "%s%s", i > 0 ? " " : "", words[bytes[i]]);
        at += strlen(out + at);
    }
    return true;
}
