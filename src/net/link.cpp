// link.cpp
