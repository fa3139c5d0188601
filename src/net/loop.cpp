// loop.cpp
