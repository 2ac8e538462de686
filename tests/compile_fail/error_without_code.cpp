// expect: no matching function for call to '?‘?faceptor::Error::Error\(const char|no matching (function|constructor) for
#include <faceptor/core/error.hpp>

faceptor::Error make() { return faceptor::Error("image: the file is empty"); }
