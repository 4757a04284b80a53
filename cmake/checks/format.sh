# .clang-format on every C file that git knows.
git ls-files '*.c' '*.h' | xargs clang-format --dry-run -Werror
