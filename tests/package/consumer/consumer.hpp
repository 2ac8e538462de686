#pragma once

#include <string>

/// The message of an error thrown in the other unit.
std::string refused();
