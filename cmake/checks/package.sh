# What Linux gets beside the programs is sound, and tells every option that the programs have.
if command -v flatpak-builder >/dev/null 2>&1; then
    flatpak-builder --show-manifest cmake/package/linux/org.confab.Confab.yml >/dev/null || exit 1
fi
exec python3 cmake/checks/package.py "${1:-build/asan}"
