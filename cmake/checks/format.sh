# .clang-format on every C and Objective-C file that git knows.
git ls-files '*.c' '*.h' '*.m' | xargs clang-format --dry-run -Werror
