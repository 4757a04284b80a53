# What Linux gets beside the programs is sound, and tells every option that the programs have.
exec python3 cmake/checks/package.py "${1:-build/asan}"
